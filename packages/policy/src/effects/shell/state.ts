/** What is known of a variable that the line assigns. */
export type Value = { readonly text: string } | 'number' | 'unknown'

/** Longer values are not followed: doubling a variable a few dozen times would fill the memory. */
const maxValueLength = 4096

const maxVariables = 256

/** Variables that the shell sets by itself, whatever a line assigns to them. */
const ownVariables: ReadonlySet<string> = new Set(
  (
    '_ REPLY OPTARG OPTIND OPTERR PWD OLDPWD DIRSTACK PIPESTATUS MAPFILE COPROC FUNCNAME GROUPS RANDOM SRANDOM ' +
    'SECONDS LINENO EPOCHSECONDS EPOCHREALTIME HISTCMD UID EUID PPID SHLVL HOSTNAME COLUMNS LINES MAILCHECK ' +
    'ERRNO status argv pipestatus path match mbegin mend MATCH'
  ).split(' ')
)

const noVariables: Map<string, Value> = new Map()
const noFunctions: Map<string, boolean> = new Map()
const noNames: Set<string> = new Set()

/**
 * What is known at one point of a line of the shell that runs it.
 *
 * Mutable while the line is walked; a subshell gets a copy.
 */
export class State {
  #variables: Map<string, Value>
  /** Functions by name, and whether they surely exist at this point. */
  #functions: Map<string, boolean>
  /**
   * The directories in which the shell may be, seen from the one where it starts. Undefined when
   * nothing is known of it.
   */
  directories: readonly string[] | undefined
  /** Something may have changed any variable. */
  #areAllUnknown: boolean
  /** Something may change any variable at any time. */
  #isVolatile: boolean
  /** Variables of which no later assignment is sure to succeed. */
  #frozen: Set<string>
  /** Whether variables, functions and frozen names are those of another one too, and must not be changed. */
  #isShared: boolean
  /**
   * Every variable that anything in the line may have assigned. Shared by all copies: of two assignments it is
   * never sure which one took place, whatever stands between them.
   */
  readonly #touched: Set<string>

  constructor(from?: State) {
    // Most lines have no variables: a copy is made by the first who changes one.
    this.#variables = from ? from.#variables : noVariables
    this.#functions = from ? from.#functions : noFunctions
    this.#frozen = from ? from.#frozen : noNames
    this.#isShared = true
    if (from) from.#isShared = true
    this.directories = from ? from.directories : ['']
    this.#areAllUnknown = from?.areAllUnknown ?? false
    this.#isVolatile = from?.isVolatile ?? false
    this.#touched = from?.touched ?? new Set()
  }

  /** Makes sure that nobody else sees what is changed from here on. */
  #own(): void {
    if (!this.#isShared) return
    this.#variables = new Map(this.#variables)
    this.#functions = new Map(this.#functions)
    this.#frozen = new Set(this.#frozen)
    this.#isShared = false
  }

  get touched(): Set<string> {
    return this.#touched
  }

  get variables(): ReadonlyMap<string, Value> {
    return this.#variables
  }

  get functions(): ReadonlyMap<string, boolean> {
    return this.#functions
  }

  get isVolatile(): boolean {
    return this.#isVolatile
  }

  get frozen(): ReadonlySet<string> {
    return this.#frozen
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

  /**
   * An assignment. Its value is known if it is the first of that variable in the line; later ones keep what both
   * agree on, since any of them may turn out not to have taken place.
   */
  assign(name: string, value: Value): void {
    const isFirst = !this.#touched.has(name)
    const before = this.valueOf(name)
    this.#set(name, isFirst ? value : joinValues(before, value))
  }

  /** The variable of a loop: it surely has this value where the body begins. */
  assignInLoop(name: string, value: Value): void {
    this.#set(name, value)
  }

  #set(name: string, value: Value): void {
    // No line that somebody means has so many, and each way through it has a copy of them.
    if (this.#variables.size >= maxVariables) this.forgetVariables()
    this.#own()
    this.#touched.add(name)
    const isTooLong = typeof value === 'object' && value.text.length > maxValueLength
    const isSure = !this.#isVolatile && !this.#frozen.has(name) && !ownVariables.has(name)
    this.#variables.set(name, isTooLong || !isSure ? 'unknown' : value)
  }

  /** The variable may be read-only from here on, so that nothing is known of its value. */
  freeze(name: string): void {
    this.#own()
    this.#frozen.add(name)
    this.#variables.set(name, 'unknown')
  }

  /** Something that runs between commands may change any variable. */
  becomeVolatile(): void {
    this.forgetVariables()
    this.#isVolatile = true
  }

  /** Nothing is known of any variable from here on. */
  forgetVariables(): void {
    this.#own()
    this.#variables.clear()
    this.#areAllUnknown = true
  }

  define(name: string): void {
    this.#own()
    this.#functions.set(name, true)
  }

  /** Takes over what another way through the line leads to, as the other possibility. */
  join(other: State): void {
    const areAllUnknown = this.#areAllUnknown || other.areAllUnknown
    // While both are the same, neither way has changed any of them.
    if (this.#variables !== other.#variables) this.#joinNames(other)
    this.#isVolatile ||= other.isVolatile
    this.#areAllUnknown = areAllUnknown
    this.directories = joinDirectories(this.directories, other.directories)
  }

  #joinNames(other: State): void {
    this.#own()
    for (const name of other.frozen) this.#frozen.add(name)
    for (const name of new Set([...this.#variables.keys(), ...other.variables.keys()])) {
      const joined = joinValues(this.valueOf(name), other.valueOf(name))
      this.#variables.set(name, joined)
    }
    for (const name of new Set([...this.#functions.keys(), ...other.functions.keys()])) {
      const isSure = this.#functions.get(name) === true && other.functions.get(name) === true
      this.#functions.set(name, isSure)
    }
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

/** Does what may or may not take place in the shell. */
export function maybe<T>(shell: { readonly state: State }, run: () => T): T {
  const before = new State(shell.state)
  const result = run()
  shell.state.join(before)
  return result
}
