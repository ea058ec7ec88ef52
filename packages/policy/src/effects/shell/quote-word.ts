const plain = /^[A-Za-z0-9_@%+=:,./-]+$/

/** A text as one word of a shell: as it is where that is safe, else in single quotes. */
export function quoteWord(text: string): string {
  return plain.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
