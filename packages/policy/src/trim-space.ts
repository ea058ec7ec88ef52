const space = /\p{White_Space}/u

/** Removes white space from both ends, Unicode's own idea of it: U+0085 is, U+FEFF is not. */
export function trimSpace(text: string): string {
  let start = 0
  let end = text.length
  // Loops and not one expression: `\s+$` is quadratic on a text full of spaces.
  while (start < end && space.test(text.charAt(start))) start++
  while (end > start && space.test(text.charAt(end - 1))) end--
  return text.slice(start, end)
}
