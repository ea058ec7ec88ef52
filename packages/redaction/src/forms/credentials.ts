import { isNameUnit, isSpace, skipBlanks } from '../char-class.ts'

const longestName = 64

/** Behind `Bearer ` and the like, if something follows on the same line; otherwise where it starts. */
export function schemeEnd(text: string, start: number): number {
  let end = start
  while (end < start + longestName && isNameUnit(text.charCodeAt(end))) end++
  const next = skipBlanks(text, end)
  const isScheme = end > start && next > end && next < text.length
  return isScheme && !isSpace(text.charCodeAt(next)) ? next : start
}

const schemes = /^(?:basic|bearer|digest|negotiate|ntlm|token|oauth|apikey)$/i
const longestScheme = 9

/** Where the credential starts in an authorization; -1 if there is a scheme and nothing else. */
export function credentialStart(
  text: string,
  { start, end }: { readonly start: number; readonly end: number }
): number {
  if (end - start <= longestScheme && schemes.test(text.slice(start, end))) return -1
  return Math.min(schemeEnd(text, start), end)
}
