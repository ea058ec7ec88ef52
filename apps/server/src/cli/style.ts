/** Puts colours around texts, or does not. */
export interface Style {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
}

const asItIs = (text: string): string => text

/** A style without colours: texts as they are. */
export const plain: Style = {
  bold: asItIs,
  dim: asItIs,
  red: asItIs,
  green: asItIs,
  yellow: asItIs
}

/** A style with the colours that every terminal has. */
export const coloured: Style = {
  bold: (text) => `\u001b[1m${text}\u001b[22m`,
  dim: (text) => `\u001b[2m${text}\u001b[22m`,
  red: (text) => `\u001b[31m${text}\u001b[39m`,
  green: (text) => `\u001b[32m${text}\u001b[39m`,
  yellow: (text) => `\u001b[33m${text}\u001b[39m`
}

/** A decision, in its colour. */
export function decisionStyle({ green, red, yellow }: Style, decision: string): string {
  if (decision === 'ALLOW') return green(decision)
  return decision === 'DENY' ? red(decision) : yellow(decision)
}
