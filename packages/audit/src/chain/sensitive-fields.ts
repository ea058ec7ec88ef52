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

/** A rule at its place in a line. */
export interface FieldNode {
  /** The rule of a field; undefined for an object or a list that has some. */
  readonly kind: Exclude<FieldRule, FieldRules> | undefined
  /** Where it is, as a JSON pointer; undefined below members or items that can be many. */
  readonly pointer: string | undefined
  readonly members: ReadonlyMap<string, FieldNode>
  /** Of every other member, and of every item. */
  readonly any: FieldNode | undefined
}

function nodeOf(rule: FieldRule, pointer: string | undefined): FieldNode {
  if (typeof rule === 'string') return { kind: rule, pointer, members: new Map(), any: undefined }
  const { '*': any, ...named } = rule
  const members = Object.entries(named).map(([name, one]): [string, FieldNode] => {
    return [name, nodeOf(one, pointer === undefined ? undefined : `${pointer}/${name}`)]
  })
  return {
    kind: undefined,
    pointer,
    members: new Map(members),
    any: any === undefined ? undefined : nodeOf(any, undefined)
  }
}

/** The rules of a whole line. */
export const lineNode: FieldNode = nodeOf(lineFields, '')

/** What stands where a field was redacted. */
export const redactedText = '[redacted]'

/** The node of a member of a value that has one. */
export function memberNode(node: FieldNode | undefined, member: string): FieldNode | undefined {
  return node && (node.members.get(member) ?? node.any)
}

/** Whether a value at a node is a sensitive field. */
export function isField({ kind }: FieldNode, value: unknown): boolean {
  if (kind === 'value') return true
  return kind !== undefined && typeof value === 'string' && value !== ''
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
  return mapMembers(line, lineNode, '', visit) as T
}

function mapMembers(value: object, node: FieldNode, path: string, visit: VisitField): object {
  let copy: object | undefined
  for (const key of Object.keys(value)) {
    const member = (value as Readonly<Record<string, unknown>>)[key]
    const inner = member === undefined ? undefined : memberNode(node, key)
    if (inner === undefined) continue
    const kept = mapMember(member, inner, inner.pointer ?? pointerOf(path, key), visit)
    if (kept !== member) copy = setMember(copy ?? copyOf(value), key, kept)
  }
  return copy ?? value
}

function mapMember(value: unknown, node: FieldNode, pointer: string, visit: VisitField): unknown {
  if (isField(node, value)) {
    const isNamed = node.kind === 'named'
    return visit(pointer, value, isNamed ? lastName(pointer) : undefined)
  }
  const isDeep = node.kind === undefined && typeof value === 'object' && value !== null
  return isDeep ? mapMembers(value, node, pointer, visit) : value
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
