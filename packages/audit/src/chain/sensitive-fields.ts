/** What of a value is sensitive. `text`: a text that is not empty. `value`: any value. */
type FieldRule = 'text' | 'value' | FieldRules

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
  meta: { '*': 'text' }
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
  const own = rule[member]
  // What every object has, such as `constructor`, is no rule.
  return own !== undefined && Object.hasOwn(rule, member) ? own : rule['*']
}

/** Whether a value with this rule is a sensitive field. */
export function isField(rule: FieldRule | undefined, value: unknown): boolean {
  return rule === 'value' || (rule === 'text' && typeof value === 'string' && value !== '')
}

/** The JSON pointer of a member. */
export function pointerOf(path: string, member: string): string {
  const escaped = /[~/]/.test(member) ? member.replaceAll('~', '~0').replaceAll('/', '~1') : member
  return `${path}/${escaped}`
}

/** Copies a line with its sensitive fields replaced. */
export function mapSensitiveFields<T extends object>(
  line: T,
  visit: (pointer: string, value: unknown) => unknown
): T {
  return mapFields(line, lineRule, '', visit) as T
}

function mapFields(
  value: unknown,
  rule: FieldRule | undefined,
  path: string,
  visit: (pointer: string, value: unknown) => unknown
): unknown {
  if (isField(rule, value)) return visit(path, value)
  if (
    rule === undefined ||
    typeof rule === 'string' ||
    typeof value !== 'object' ||
    value === null
  ) {
    return value
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => mapFields(item, ruleOf(rule, '*'), `${path}/${index}`, visit))
  }
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key]
    const memberRule = member === undefined ? undefined : ruleOf(rule, key)
    const kept = memberRule ? mapFields(member, memberRule, pointerOf(path, key), visit) : member
    if (key !== '__proto__') copy[key] = kept
    // An assignment would set the prototype, and the member would be lost.
    else Object.defineProperty(copy, key, { value: kept, enumerable: true })
  }
  return copy
}
