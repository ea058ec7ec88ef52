/** Whether an option takes a value: never, always, two of them, or only one that is attached to it. */
type Arity = 'none' | 'required' | 'two' | 'optional'

/** What is known of one option. */
export interface OptionRule {
  /** The section of the table that lists it: what it does. */
  readonly role: string
  readonly takes: Arity
}

/**
 * The options of one program, by what they do. Each section lists options separated by blanks; the
 * names of one option are joined by commas, a name of one character is a short option; `:` after
 * them means that it takes a value, `::` two, `?` that it may have an attached one:
 *
 *     { harmless: 'r,reverse k,key: color?', writes: 'o,output:' }
 *
 * The sections `harmless`, `reads`, `lists`, `writes`, `deletes` and `unknown` mean the same everywhere; a
 * program gives others their meaning.
 */
export type OptionSections = Readonly<Record<string, string>>

/** The options of a program by their names. */
export type OptionTable = ReadonlyMap<string, OptionRule>

const entryShape = /^(.+?)(::|:|\?)?$/
const arities: Readonly<Record<string, Arity>> = { '::': 'two', ':': 'required', '?': 'optional' }

/** Reads the options of a program. Throws when one is listed twice. */
export function optionTable(sections: OptionSections): OptionTable {
  const table = new Map<string, OptionRule>()
  for (const [role, list] of Object.entries(sections)) {
    for (const entry of list.split(/\s+/).filter((text) => text !== '')) {
      const [, names = entry, suffix = ''] = entryShape.exec(entry) ?? []
      for (const name of names.split(',')) {
        if (table.has(name)) throw new Error(`option listed twice: ${name}`)
        table.set(name, { role, takes: arities[suffix] ?? 'none' })
      }
    }
  }
  return table
}
