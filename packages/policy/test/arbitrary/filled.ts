/** A text that the pattern, read in one way or another, may stand for. */
export function filled(pattern: string, fills: readonly string[]): string {
  let used = 0
  const next = (): string => fills[used++ % Math.max(fills.length, 1)] ?? 'a'
  return pattern
    .replace(/\[([^\]])[^\]]*\]/gu, (whole, member: string) => (next().length > 2 ? whole : member))
    .replace(/\*+/g, next)
    .replace(/\?/g, () => Array.from(next())[0] ?? 'a')
}
