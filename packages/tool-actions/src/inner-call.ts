import { isObject, type Json, type JsonObject } from './json.ts'
import { foldName } from './read-name.ts'

/** A call of a tool through another one. */
export interface InnerCall {
  readonly name: string
  /** JSON text, or a value. */
  readonly arguments: Json
  /** The member that holds the arguments. */
  readonly member?: string
}

const sureNames = ['toolname', 'recipientname', 'functionname', 'toolslug']
const likelyNames = ['tool', 'function', 'name']
const argumentNames = [
  'arguments',
  'args',
  'parameters',
  'params',
  'input',
  'inputs',
  'toolinput',
  'toolargs',
  'toolarguments',
  'toolparameters',
  'kwargs'
]

/** The call that an object describes: `{tool_name, arguments}`, `{recipient_name, parameters}`, … */
export function innerCall(object: JsonObject): InnerCall | undefined {
  const names = new Map(Object.keys(object).map((name) => [foldName(name), name]))
  const member = (folded: string): Json | undefined => {
    const name = names.get(folded)
    return name === undefined ? undefined : object[name]
  }
  const given = argumentNames.find((name) => isArguments(member(name)))
  const likely =
    given === 'arguments' ? likelyNames : given === undefined ? [] : ['tool', 'function']
  const name = firstText([...sureNames, ...likely].map(member))
  if (name === undefined) return undefined
  const server = firstText(['servername', 'server', 'namespace'].map(member))
  const bare = name.startsWith('functions.') ? name.slice('functions.'.length) : name
  const call = { name: server === undefined ? bare : `${server}:${bare}` }
  if (given === undefined) return { ...call, arguments: null }
  return { ...call, arguments: member(given) as Json, member: names.get(given) as string }
}

function firstText(values: readonly (Json | undefined)[]): string | undefined {
  return values.find((value) => typeof value === 'string' && value !== '') as string | undefined
}

function isArguments(value: Json | undefined): boolean {
  return isObject(value) || (typeof value === 'string' && value.trimStart().startsWith('{'))
}
