/** A flag of a command. Its type is that of its default. */
export interface Flag {
  readonly default: string | number | boolean
  /** What the flag does, in one line. */
  readonly meaning: string
  /** What its value is called in help texts. Flags that are true or false have none. */
  readonly value?: string
  /** What the default is called in help texts, where its value says little. */
  readonly defaultText?: string
  /** The values that it takes, where they are few. Other values are refused. */
  readonly choices?: readonly string[]
  /** Another command explains it: help texts leave it out. */
  readonly isUnlisted?: true
}

export type Flags = Readonly<Record<string, Flag>>

/** The flags of another command, which this one takes too and leaves for that one to explain. */
export function unlisted<F extends Flags>(flags: F): F {
  const entries = Object.entries(flags).map(([name, flag]) => [name, { ...flag, isUnlisted: true }])
  return Object.fromEntries(entries) as F
}

/** The flags that help texts list. */
export function listedFlags(flags: Flags): readonly (readonly [name: string, flag: Flag])[] {
  return Object.entries(flags).filter(([, { isUnlisted }]) => !isUnlisted)
}

/** The values of flags. */
type FlagValues<F extends Flags> = {
  readonly [Name in keyof F]: F[Name]['default'] extends boolean
    ? boolean
    : F[Name]['default'] extends number
      ? number
      : F[Name] extends { readonly choices: readonly (infer Choice)[] }
        ? Choice
        : string
}

export interface Arguments<F extends Flags> {
  readonly flags: FlagValues<F>
  /** The names of the flags that are on the line. */
  readonly given: ReadonlySet<string>
  readonly positionals: readonly string[]
}

export type ParsedArguments<F extends Flags> = ({ readonly ok: true } & Arguments<F>) | Refused

/** Why a line is not carried out. */
type Refused =
  | { readonly ok: false; readonly reason: 'help' }
  | { readonly ok: false; readonly reason: 'invalid'; readonly message: string }

/** A name that `unknownFlag` has something to say about is refused with those words. */
export interface ParseOptions {
  readonly unknownFlag?: ((name: string) => string | undefined) | undefined
}

/**
 * Parses a command line by the grammar of Go's `flag`: `-x` is `--x`, `--x v` is `--x=v`, a flag that is
 * true or false takes a value only behind `=`, the last of several wins, `--` ends the flags. Unlike there,
 * flags may also stand behind positional arguments.
 */
export function parseArguments<F extends Flags>(
  args: readonly string[],
  flags: F,
  { unknownFlag = () => undefined }: ParseOptions = {}
): ParsedArguments<F> {
  const values: Record<string, FlagValue> = {}
  for (const name in flags) values[name] = (flags[name] as Flag).default
  const given = new Set<string>()
  const positionals: string[] = []
  const rest = [...args]
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') positionals.push(...rest.splice(0))
    else if (!isFlag(arg)) positionals.push(arg)
    else {
      const read = readFlag(arg, rest, flags, unknownFlag)
      if (!read.ok) return read
      values[read.name] = read.value
      given.add(read.name)
    }
  }
  return { ok: true, flags: values as FlagValues<F>, given, positionals }
}

type FlagValue = string | number | boolean

type ReadFlag = { readonly ok: true; readonly name: string; readonly value: FlagValue } | Refused

/** Reads a flag, and its value from the arguments behind it if it has none of its own. */
function readFlag(
  arg: string,
  rest: string[],
  flags: Flags,
  unknownFlag: (name: string) => string | undefined
): ReadFlag {
  const { name, text } = splitFlag(arg)
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined
  if (!flag) {
    if (name === 'h' || name === 'help') return { ok: false, reason: 'help' }
    return invalid(unknownFlag(name) ?? `flag provided but not defined: -${name}`)
  }
  const isSwitch = typeof flag.default === 'boolean'
  const written = text ?? (isSwitch ? 'true' : rest.shift())
  if (written === undefined) return invalid(`flag needs an argument: -${name}`)
  const value = parseValue(written, flag)
  if (value === undefined) {
    return invalid(`invalid value ${JSON.stringify(written)} for flag -${name}: parse error`)
  }
  if (flag.choices && !flag.choices.includes(written)) {
    const expected = flag.choices.filter((choice) => choice !== '').join(', ')
    return invalid(
      `invalid value ${JSON.stringify(written)} for flag -${name}: expected ${expected}`
    )
  }
  return { ok: true, name, value }
}

/** Whether an argument is a flag. A lone `-` is not. */
export function isFlag(arg: string): boolean {
  return arg.length > 1 && arg.startsWith('-')
}

/** The name of a flag, and what stands behind its `=`. */
export function splitFlag(arg: string): { name: string; text?: string } {
  const body = arg.replace(/^--?/, '')
  const equals = body.indexOf('=')
  return equals < 0 ? { name: body } : { name: body.slice(0, equals), text: body.slice(equals + 1) }
}

function invalid(message: string): Refused {
  return { ok: false, reason: 'invalid', message }
}

const switches: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(['1', 't', 'T', 'true', 'TRUE', 'True'].map((word) => [word, true])),
  ...Object.fromEntries(['0', 'f', 'F', 'false', 'FALSE', 'False'].map((word) => [word, false]))
}

function parseValue(text: string, flag: Flag): FlagValue | undefined {
  if (typeof flag.default === 'string') return text
  if (typeof flag.default === 'boolean')
    return Object.hasOwn(switches, text) ? switches[text] : undefined
  const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text)
    ? Number(text)
    : Number.NaN
  return Number.isFinite(number) ? number : undefined
}
