import { isAlnum, isDigit, isLetter } from './char-class.ts'

/**
 * What the value of a name is.
 * - `secret`: all of it.
 * - `credentials`: all but the scheme in front, such as `Bearer`.
 * - `cookies`: a list with `;`.
 */
export type NameKind = 'secret' | 'credentials' | 'cookies'

/** A secret name at the end of a text. */
export interface FoundName {
  readonly kind: NameKind
  /** Where it starts. More of the name may stand before it, such as `db_`. */
  readonly start: number
  /** It is a secret only where the form leaves no doubt: not in `pass: x`. */
  readonly isWeak: boolean
}

/** Names, in lower case and without separators, that are secret also as the end of a longer name. */
const endings: Readonly<Record<NameKind, readonly string[]>> = {
  secret: [
    'password',
    'passwords',
    'passwd',
    'passphrase',
    'passcode',
    'secret',
    'secrets',
    'token',
    'apikey',
    'apikeys',
    'accesskey',
    'secretkey',
    'secretkeybase',
    'privatekey',
    'authkey',
    'accountkey',
    'sharedkey',
    'signingkey',
    'encryptionkey',
    'masterkey',
    'hmackey',
    'appkey',
    'applicationkey',
    'subscriptionkey',
    'functionskey',
    'sshkey',
    'storepass',
    'keypass',
    'credential',
    'credentials',
    'jwt'
  ],
  credentials: ['authorization'],
  cookies: ['cookie', 'cookies']
}

/** Names that are secret only as whole words: `db_pass`, not `bypass`. */
const words: readonly string[] = ['pass', 'pwd', 'auth', 'creds', 'bearer']

interface Node {
  readonly next: Map<number, Node>
  kind?: NameKind
  isWord?: true
}

/** The names, read from their ends. */
const root: Node = { next: new Map() }
for (const [kind, names] of Object.entries(endings)) {
  for (const name of names) insert(name).kind = kind as NameKind
}
for (const name of words) Object.assign(insert(name), { kind: 'secret', isWord: true })

function insert(name: string): Node {
  let node = root
  for (const char of [...name].reverse()) {
    const code = char.charCodeAt(0)
    const next = node.next.get(code) ?? { next: new Map() }
    node.next.set(code, next)
    node = next
  }
  return node
}

/**
 * The secret name that ends at a position: the longest. Separators inside do not count, so that
 * `api-key`, `API_KEY`, `apiKey` and `api key` are one name.
 */
export function findSecretName(text: string, end: number): FoundName | undefined {
  let node: Node | undefined = root
  let found: FoundName | undefined
  let at = skipDigitsBack(text, end)
  while (node) {
    const code = text.charCodeAt(at - 1)
    node = node.next.get(isLetter(code) ? code | 0x20 : -1)
    if (!node) break
    at--
    if (node.kind) found = take(text, at, end, node) ?? found
    if (isJoint(text, at)) at--
  }
  return found
}

/** Digits at the end of a name number it: `password2`, `token_1`. Two at most. */
function skipDigitsBack(text: string, end: number): number {
  let at = end
  while (at > end - 2 && isDigit(text.charCodeAt(at - 1))) at--
  return at < end && text[at - 1] === '_' ? at - 1 : at
}

function take(text: string, start: number, end: number, node: Node): FoundName | undefined {
  if (node.isWord && (!startsWord(text, start) || isWorkingDirectory(text, start, end))) {
    return undefined
  }
  // `db_pass` is a name; `PASS` alone is also what a test says.
  const isWeak = node.isWord === true && text[start - 1] !== '_'
  return { kind: node.kind as NameKind, start, isWeak }
}

/** `PWD`, in every shell. */
function isWorkingDirectory(text: string, start: number, end: number): boolean {
  return text.slice(start, end) === 'PWD' && text[start - 1] !== '_'
}

/** Whether a word starts here: after what is no letter, or as in `dbPass`. */
function startsWord(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1)
  if (!isAlnum(before)) return true
  const first = text.charCodeAt(at)
  return first < 0x60 && before > 0x60
}

/** Whether there is a separator before a position, with a letter before it. */
function isJoint(text: string, at: number): boolean {
  const code = text.charCodeAt(at - 1)
  const isSeparator = code === 0x5f || code === 0x2d || code === 0x2e || code === 0x20
  return isSeparator && isAlnum(text.charCodeAt(at - 2))
}

/** What a member of that name holds, if it is a secret. */
export function secretNameKind(name: string): NameKind | undefined {
  const found = findSecretName(name, name.length)
  return found?.kind
}
