const plain = /^[\w@%+=:,./-]+$/
/** As the first word, it would be no program but a variable. */
const assignment = /^\w+\+?=/

/** One word, quoted so that a shell reads exactly it. */
export function quoteWord(word: string): string {
  return plain.test(word) && !assignment.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** The command line that runs exactly these words: nothing in them is read by the shell. */
export function quoteWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ')
}
