/**
 * What of a value is sensitive. `text`: a text that is not empty. `named`: the same, under a name that an agent
 * chose. `value`: any value.
 */
type FieldRule = 'text' | 'named' | 'value' | FieldRules

/** The rules for the members of an object. `*` is any member, or any item of a list. */
interface FieldRules {
  readonly [member: string]: FieldRule
}

const whatIsAsked: FieldRules = {
  command: 'text',
  path: 'text',
  domain: 'text',
  url: 'text',
  unknown_effect: 'text',
  meta: { '*': 'named' }
}

/**
 * The sensitive fields of a line: what an agent writes freely, and what can name a person. Each of them
 * can be redacted by itself. The list belongs to the format: `docs/audit-log.md`, "Sensitive fields".
 */
const lineFields: FieldRules = {
  agent_id: 'text',
  session_id: 'text',
  caller: 'text',
  request: { ...whatIsAsked, agent_id: 'text', session_id: 'text', actions: { '*': whatIsAsked } },
  result: { reason: 'text', effect: { text: 'text' } },
  effect: { text: 'text' },
  _meta: { detail: { '*': 'value' } }
}

/** The rule for the line itself. */
export const lineRule: FieldRule = lineFields

/** What stands where a field was redacted. */
export const redactedText = '[redacted]'

/** The rule for a member of a value with a rule. */
export function ruleOf(rule: FieldRule | undefined, member: string): FieldRule | undefined {
  if (rule === undefined || typeof rule === 'string') return undefined
  // What every object has, such as `constructor`, is no rule; and not even to be looked at, as `__proto__`.
  return Object.hasOwn(rule, member) ? rule[member] : rule['*']
}

/** Whether a value with this rule is a sensitive field. */
export function isField(rule: FieldRule | undefined, value: unknown): boolean {
  if (rule === 'value') return true
  return (rule === 'text' || rule === 'named') && typeof value === 'string' && value !== ''
}

/** The JSON pointer of a member. */
export function pointerOf(path: string, member: string): string {
  const escaped = /[~/]/.test(member) ? member.replaceAll('~', '~0').replaceAll('/', '~1') : member
  return `${path}/${escaped}`
}

/** Gives what is to stand in the place of a sensitive field. The name is told where an agent chose it. */
export type VisitField = (pointer: string, value: unknown, name?: string) => unknown

/** A line with its sensitive fields replaced. What does not change is not copied. */
export function mapSensitiveFields<T extends object>(line: T, visit: VisitField): T {
  return mapMembers(line, lineFields, '', visit) as T
}

function mapMembers(value: object, rules: FieldRules, path: string, visit: VisitField): object {
  const isList = Array.isArray(value)
  let copy: object | undefined
  for (const key of Object.keys(value)) {
    const member = (value as Readonly<Record<string, unknown>>)[key]
    const rule = ruleOf(rules, isList ? '*' : key)
    if (member === undefined || rule === undefined) continue
    const kept = mapMember(member, rule, pointerOf(path, key), visit)
    if (kept !== member) copy = setMember(copy ?? copyOf(value), key, kept)
  }
  return copy ?? value
}

function mapMember(value: unknown, rule: FieldRule, pointer: string, visit: VisitField): unknown {
  if (isField(rule, value)) {
    const isNamed = rule === 'named'
    return visit(pointer, value, isNamed ? lastName(pointer) : undefined)
  }
  const isDeep = typeof rule === 'object' && typeof value === 'object' && value !== null
  return isDeep ? mapMembers(value, rule, pointer, visit) : value
}

/** The last name in a JSON pointer, as it is in the value. */
function lastName(pointer: string): string {
  const name = pointer.slice(pointer.lastIndexOf('/') + 1)
  return name.includes('~') ? name.replaceAll('~1', '/').replaceAll('~0', '~') : name
}

function copyOf(value: object): object {
  return Array.isArray(value) ? [...value] : { ...value }
}

function setMember(object: object, key: string, value: unknown): object {
  // An assignment to `__proto__` would set the prototype, and the member would be lost.
  return Object.defineProperty(object, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true
  })
}
