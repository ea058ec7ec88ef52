/**
 * `text.indexOf(literal, from)` in time linear in the text, whatever the literal.
 *
 * V8's own search is the fastest for the lengths that occur, but compares up to `literal.length`
 * characters at each position; where that could hurt, Knuth-Morris-Pratt (1977) takes over.
 */
export function findLiteral(text: string, literal: string, from: number): number {
  const mayBeSlow = literal.length > 32 && text.length - from > 4096
  return mayBeSlow ? knuthMorrisPratt(text, literal, from) : text.indexOf(literal, from)
}

function knuthMorrisPratt(text: string, literal: string, from: number): number {
  const borders = bordersOf(literal)
  let matched = 0
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    while (matched > 0 && code !== literal.charCodeAt(matched)) {
      matched = borders[matched - 1] as number
    }
    if (code === literal.charCodeAt(matched)) matched++
    if (matched === literal.length) return at - matched + 1
  }
  return -1
}

/** For each prefix of the literal: the length of its longest proper prefix that is also its suffix. */
function bordersOf(literal: string): Int32Array {
  const borders = new Int32Array(literal.length)
  let length = 0
  for (let at = 1; at < literal.length; at++) {
    while (length > 0 && literal.charCodeAt(at) !== literal.charCodeAt(length)) {
      length = borders[length - 1] as number
    }
    if (literal.charCodeAt(at) === literal.charCodeAt(length)) length++
    borders[at] = length
  }
  return borders
}
