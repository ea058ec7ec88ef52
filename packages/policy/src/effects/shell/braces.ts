import { shellLimits } from './limits.ts'

const plain = /^[A-Za-z0-9_@%+=:,./{}-]+$/

/**
 * The texts that a brace expansion becomes, in order. Undefined if there is more in it than plain text,
 * or too many texts.
 */
export function expandBraces(text: string): readonly string[] | undefined {
  if (!plain.test(text)) return undefined
  return expand(text)
}

function expand(text: string): readonly string[] | undefined {
  const open = text.indexOf('{')
  if (open === -1) return [text]
  const close = closingBrace(text, open)
  if (close === undefined) return undefined
  const inside = text.slice(open + 1, close)
  const middles = sequence(inside) ?? alternatives(inside)
  const tails = expand(text.slice(close + 1))
  if (!middles || !tails) return undefined
  if (middles.length * tails.length > shellLimits.maxBraceWords) return undefined
  const head = text.slice(0, open)
  return middles.flatMap((middle) => tails.map((tail) => head + middle + tail))
}

function closingBrace(text: string, open: number): number | undefined {
  let depth = 0
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++
    if (text[at] === '}') depth--
    if (depth === 0) return at
  }
  return undefined
}

function alternatives(inside: string): readonly string[] | undefined {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at < inside.length; at++) {
    if (inside[at] === '{') depth++
    if (inside[at] === '}') depth--
    if (inside[at] === ',' && depth === 0) {
      parts.push(inside.slice(start, at))
      start = at + 1
    }
  }
  // Braces around a single text stay braces, which nobody writes on purpose.
  if (parts.length === 0) return undefined
  parts.push(inside.slice(start))
  const expanded: string[] = []
  for (const part of parts) {
    const texts = expand(part)
    if (!texts || expanded.length + texts.length > shellLimits.maxBraceWords) return undefined
    expanded.push(...texts)
  }
  return expanded
}

function sequence(inside: string): readonly string[] | undefined {
  const found = /^(-?\d{1,6})\.\.(-?\d{1,6})$/.exec(inside) ?? undefined
  // Leading zeros pad, which is more than is needed here.
  if (!found || /(^|\D)-?0\d/.test(inside)) return undefined
  const first = Number(found[1])
  const last = Number(found[2])
  const count = Math.abs(last - first) + 1
  if (count > shellLimits.maxBraceWords) return undefined
  const step = last < first ? -1 : 1
  return Array.from({ length: count }, (_, at) => String(first + at * step))
}
