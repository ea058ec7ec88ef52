/** One text for some texts, and another one for any others. */
export function keyOf(...texts: readonly string[]): string {
  let key = ''
  // The length says where a text ends, whatever is in it.
  for (const text of texts) key += `${text.length}:${text}`
  return key
}
