/** What is known of a variable that the line assigns. */
export type Value = { readonly text: string } | 'number' | 'unknown'

/** Longer values are not followed: doubling a variable a few dozen times would fill the memory. */
const maxValueLength = 4096

/**
 * What is known at one point of a line of the shell that runs it.
 *
 * Mutable while the line is walked; a subshell gets a copy.
 */
export class State {
  readonly #variables: Map<string, Value>
  /** Functions by name, and whether they surely exist at this point. */
  readonly #functions: Map<string, boolean>
  /**
   * The directories in which the shell may be, seen from the one where it starts. Undefined when
   * nothing is known of it.
   */
  directories: readonly string[] | undefined
  /** Something may have changed any variable. */
  #areAllUnknown: boolean

  constructor(from?: State) {
    this.#variables = new Map(from?.variables)
    this.#functions = new Map(from?.functions)
    this.directories = from ? from.directories : ['']
    this.#areAllUnknown = from?.areAllUnknown ?? false
  }

  get variables(): ReadonlyMap<string, Value> {
    return this.#variables
  }

  get functions(): ReadonlyMap<string, boolean> {
    return this.#functions
  }

  get areAllUnknown(): boolean {
    return this.#areAllUnknown
  }

  /** Whether the shell is where it was when the line began. */
  get isAtStart(): boolean {
    return this.directories?.length === 1 && this.directories[0] === ''
  }

  /** The value of a variable, or undefined if the line has not touched it. */
  valueOf(name: string): Value | undefined {
    return this.#variables.get(name) ?? (this.#areAllUnknown ? 'unknown' : undefined)
  }

  assign(name: string, value: Value): void {
    const isTooLong = typeof value === 'object' && value.text.length > maxValueLength
    this.#variables.set(name, isTooLong ? 'unknown' : value)
  }

  /** Nothing is known of any variable from here on. */
  forgetVariables(): void {
    this.#variables.clear()
    this.#areAllUnknown = true
  }

  define(name: string): void {
    this.#functions.set(name, true)
  }

  /** Takes over what another way through the line leads to, as the other possibility. */
  join(other: State): void {
    const names = new Set([...this.#variables.keys(), ...other.variables.keys()])
    const areAllUnknown = this.#areAllUnknown || other.areAllUnknown
    for (const name of names) {
      const joined = joinValues(this.valueOf(name), other.valueOf(name))
      this.#variables.set(name, joined)
    }
    this.#areAllUnknown = areAllUnknown
    for (const name of new Set([...this.#functions.keys(), ...other.functions.keys()])) {
      const isSure = this.#functions.get(name) === true && other.functions.get(name) === true
      this.#functions.set(name, isSure)
    }
    this.directories = joinDirectories(this.directories, other.directories)
  }
}

function joinValues(a: Value | undefined, b: Value | undefined): Value {
  if (a === undefined || b === undefined || a === 'unknown' || b === 'unknown') return 'unknown'
  if (a !== 'number' && b !== 'number' && a.text === b.text) return a
  return isNumber(a) && isNumber(b) ? 'number' : 'unknown'
}

/** Whether a value is surely a number, and so nothing that arithmetic would evaluate further. */
export function isNumber(value: Value | undefined): boolean {
  if (value === undefined || value === 'unknown') return false
  return value === 'number' || isNumeral(value.text)
}

/** Whether a text is a number to the shell's arithmetic. */
export function isNumeral(text: string): boolean {
  return /^[-+]?(\d+|0[xX][0-9a-fA-F]+)$/.test(text)
}

const maxDirectories = 8

/** The directories in which a shell may be that took either of two ways. */
export function joinDirectories(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined
): readonly string[] | undefined {
  if (!a || !b || a === b) return a && b
  const joined = [...new Set([...a, ...b])]
  return joined.length > maxDirectories ? undefined : joined
}
