/** What is done to a file. */
export type Verb = 'read' | 'write' | 'delete'

/** What the words of a tool's name, or of an argument such as `operation`, say about files. */
export interface FileVerbs {
  readonly verbs: ReadonlySet<Verb>
  /** The source of a move is read and deleted, that of a copy is read; the target is written. */
  readonly transfer?: 'move' | 'copy'
}

const words: Readonly<Record<Verb | 'move' | 'copy', string>> = {
  read: 'read list get stat cat find glob ls dir tree search grep view show head tail open load exists info watch peek describe diff compare lookup check inspect count upload attach send analyze summarize parse hash',
  write:
    'write edit create append save put touch mkdir insert update replace patch set modify add apply format overwrite truncate download export screenshot record chmod chown rewrite generate store undo',
  delete: 'delete remove unlink rm rmdir erase trash purge del destroy wipe',
  move: 'move rename mv',
  copy: 'copy cp duplicate link symlink ln clone'
}

const kinds = new Map(
  (Object.keys(words) as (keyof typeof words)[]).flatMap((kind) =>
    words[kind].split(' ').map((word) => [word, kind] as const)
  )
)

/** All that the words say, together: `search_and_replace` reads and writes. */
export function fileVerbs(names: Iterable<string>): FileVerbs {
  const verbs = new Set<Verb>()
  let transfer: FileVerbs['transfer']
  for (const name of names) {
    const kind = kinds.get(name)
    if (kind === 'move' || (kind === 'copy' && transfer === undefined)) transfer = kind
    else if (kind !== undefined && kind !== 'copy') verbs.add(kind)
  }
  return transfer === undefined ? { verbs } : { verbs, transfer }
}

/** Whether nothing says what is done. */
export function isUnknown({ verbs, transfer }: FileVerbs): boolean {
  return verbs.size === 0 && transfer === undefined
}

/** Which end of a transfer an argument names. */
export type Role = 'source' | 'target'

/**
 * What happens to the file that an argument names. Of a tool whose name says nothing, all that can be
 * expected of it: it reads, and it writes.
 */
export function verbsFor({ verbs, transfer }: FileVerbs, role: Role | undefined): readonly Verb[] {
  const all = new Set(verbs)
  if (transfer !== undefined) {
    if (role !== 'target') all.add('read')
    if (role !== 'target' && transfer === 'move') all.add('delete')
    if (role !== 'source') all.add('write')
  } else if (all.size === 0) {
    all.add('read').add('write')
  }
  if (role === 'target') all.add('write')
  if (role === 'source') all.add('read')
  return [...all]
}

const prefixes: readonly (readonly [Verb, RegExp])[] = [
  ['read', /^(?:read|list|get|stat|cat|find|glob)/i],
  ['write', /^(?:write|edit|create|append|save|copy|move)/i],
  ['delete', /^(?:delete|remove|unlink|rm)/i]
]

/** The verb that version 1.0 sends for a tool, by the beginning of its name. */
export function projectedVerb(tool: string): Verb | undefined {
  return prefixes.find(([, prefix]) => prefix.test(tool))?.[0]
}

const methods: ReadonlySet<string> = new Set(
  'GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT'.split(' ')
)

/** The HTTP method that a text names, in upper case. */
export function httpMethod(text: string): string | undefined {
  const method = text.normalize('NFKC').trim().toUpperCase()
  return methods.has(method) ? method : undefined
}
