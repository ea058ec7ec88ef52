/** The patterns of version 1.0, in their order. */
export const referencePatterns: readonly RegExp[] = [
  /bearer\s+[A-Za-z0-9_\-.]+/gi,
  /AKIA[0-9A-Z]{16}/g,
  /ghp_[A-Za-z0-9]{36,}/g,
  /xox[baprs]-[A-Za-z0-9-]+/g,
  /(?:secret|token|password|api[_-]?key)\s*=\s*\S+/gi
]

/** What version 1.0 does. */
export function referenceRedact(text: string): string {
  return referencePatterns.reduce((rest, pattern) => rest.replace(pattern, '[REDACTED]'), text)
}

/** What is left for the patterns of version 1.0, and whether we take it for a word on purpose. */
export function referenceSpans(text: string): { secret: string; isWord: boolean }[] {
  return referencePatterns.flatMap((pattern, index) =>
    [...text.matchAll(pattern)].map(([secret]) => ({ secret, isWord: isWord(secret, index) }))
  )
}

const noValue =
  /^(?:[=~<>&|;`*."'•].*|\$[({A-Z_].*|%[A-Z_][A-Z0-9_]*%.*|\\?["'`].*|[)\]},\\]+.*|\\.*)$/s
const words =
  /^(?:true|false|null|none|nil|undefined|yes|no|string|str|number|int|integer|bool|boolean|bytes|any|unknown|object|required|optional)(?![\w])/i

function isWord(secret: string, index: number): boolean {
  if (index === 0) return true
  if (index !== 4) return false
  const value = secret.replace(/^[^=]*=\s*/, '')
  return noValue.test(value) || words.test(value)
}
