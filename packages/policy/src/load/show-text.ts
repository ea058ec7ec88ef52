import { goQuote } from '@agentguard/protocol/printable'

const maxShown = 40

/** A text from the file as messages show it: in backticks, on one line, cut when it is long. */
export function showText(text: string): string {
  const cut = text.length > maxShown ? `${text.slice(0, maxShown)}…` : text
  return `\`${goQuote(cut).slice(1, -1).replaceAll('\\"', '"')}\``
}

/** Texts as messages list them: `` `a`, `b` or `c` ``. */
export function showChoice(texts: readonly string[]): string {
  const shown = texts.map(showText)
  const last = shown.pop() ?? ''
  return shown.length === 0 ? last : `${shown.join(', ')} or ${last}`
}
