/** Whether two patterns of literal text, `*`, `?` and classes have a text in common; any but `*` and text is taken wide. */
export function naiveOverlap(a: string, b: string): boolean {
  const wide = (text: string): string => text.replace(/\[[!^]?[^\]]+\]|\?/g, '*')
  return overlap(wide(a), b, new Map())
}

function overlap(a: string, b: string, known: Map<string, boolean>): boolean {
  const key = `${a.length} ${b.length}`
  const found = known.get(key)
  if (found !== undefined) return found
  const answer = compute(a, b, known)
  known.set(key, answer)
  return answer
}

function compute(a: string, b: string, known: Map<string, boolean>): boolean {
  if (a === '') return /^\**$/.test(b)
  if (b === '') return /^\**$/.test(a)
  if (a[0] === '*' && overlap(a.slice(1), b, known)) return true
  if (b[0] === '*' && overlap(a, b.slice(1), known)) return true
  if (a[0] === '*') return overlap(a, b.slice(1), known)
  if (b[0] === '*') return overlap(a.slice(1), b, known)
  return a[0] === b[0] && overlap(a.slice(1), b.slice(1), known)
}
