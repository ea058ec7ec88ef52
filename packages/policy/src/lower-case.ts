const upperAscii = /[A-Z]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII itself
const onlyAscii = /^[\u0000-\u007f]*$/

/**
 * Lower-cases without locale or context, one code point to one, as domains are compared.
 *
 * `İ` is `i` and `Σ` is `σ` wherever it stands, unlike `String.prototype.toLowerCase`.
 */
export function lowerCase(text: string): string {
  if (onlyAscii.test(text)) return upperAscii.test(text) ? text.toLowerCase() : text
  return text.replaceAll('İ', 'i').replaceAll('Σ', 'σ').toLowerCase()
}
