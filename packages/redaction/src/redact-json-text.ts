import { isDigit, isSpace } from './char-class.ts'
import { isSecretOptionName } from './forms/option.ts'
import type { Redaction } from './redact-json.ts'
import { redactSecret } from './redact-secret.ts'
import { type NameKind, secretNameKind } from './secret-names.ts'
import { readQuoted } from './value.ts'

/**
 * Redacts the strings in a text that is JSON, as what they stand for, and leaves everything else as it
 * is written. Returns `undefined` for a text that is no JSON object or list.
 */
export function redactJsonText(text: string, redaction: Redaction): string | undefined {
  return isJsonContainer(text) ? new JsonText(text, redaction).redact() : undefined
}

function isJsonContainer(text: string): boolean {
  if (!looksLikeContainer(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Whether the first and the last character that are no white space are brackets. */
function looksLikeContainer(text: string): boolean {
  let start = 0
  while (isSpace(text.charCodeAt(start))) start++
  if (text[start] !== '{' && text[start] !== '[') return false
  const last = text.trimEnd().at(-1)
  return last === '}' || last === ']'
}

/** Reads valid JSON from its start to its end. */
class JsonText {
  readonly #text: string
  readonly #redaction: Redaction
  #at = 0
  #output = ''
  #copied = 0
  #depth = 0
  /** What the name before the value that comes next says about it. */
  #kind: NameKind | undefined
  /** The depth of the value that is secret as a whole; 0 if there is none. */
  #secretDepth = 0
  /** The item before, in a list of arguments. */
  #previous = ''

  constructor(text: string, redaction: Redaction) {
    this.#text = text
    this.#redaction = redaction
  }

  redact(): string {
    while (this.#at < this.#text.length) this.#step()
    return this.#output + this.#text.slice(this.#copied)
  }

  #step(): void {
    const char = this.#text[this.#at] as string
    if (char === '"') this.#string()
    else if (char === '{' || char === '[') this.#open()
    else if (char === '}' || char === ']') this.#close()
    else if (char === '-' || isDigit(char.charCodeAt(0))) this.#number()
    else if (char === 't' || char === 'f' || char === 'n') this.#literal()
    else this.#at++
  }

  #open(): void {
    this.#depth++
    if (this.#kind && this.#secretDepth === 0) this.#secretDepth = this.#depth
    this.#kind = undefined
    this.#previous = ''
    this.#at++
  }

  #close(): void {
    if (this.#depth === this.#secretDepth) this.#secretDepth = 0
    this.#depth--
    this.#previous = ''
    this.#at++
  }

  #literal(): void {
    this.#kind = undefined
    this.#previous = ''
    this.#at = this.#skip(/[a-z]*/y)
  }

  #number(): void {
    const end = this.#skip(/[-+.\deE]*/y)
    const number = this.#text.slice(this.#at, end)
    if (this.#takeKind()) this.#replace(end, JSON.stringify(this.#redaction.whole(number)))
    this.#previous = ''
    this.#at = end
  }

  #string(): void {
    const end = readQuoted(this.#text, this.#at)?.next ?? this.#text.length
    const string: string = JSON.parse(this.#text.slice(this.#at, end))
    const redacted = this.#redactString(string, this.#skip(/\s*:/y, end) > end)
    if (redacted !== string) this.#replace(end, JSON.stringify(redacted))
    this.#at = end
  }

  #redactString(string: string, isName: boolean): string {
    if (isName) {
      this.#kind = secretNameKind(string)
      this.#previous = ''
      return this.#redaction.text(string)
    }
    const isValue = isSecretOptionName(this.#previous) && !string.startsWith('-')
    const kind = this.#takeKind() ?? (isValue ? 'secret' : undefined)
    this.#previous = string
    return kind ? redactSecret(string, kind, this.#redaction) : this.#redaction.text(string)
  }

  /** What the value here is, if it is secret because of a name. */
  #takeKind(): NameKind | undefined {
    const kind = this.#kind ?? (this.#secretDepth > 0 ? 'secret' : undefined)
    this.#kind = undefined
    return kind
  }

  #replace(end: number, replacement: string): void {
    this.#output += this.#text.slice(this.#copied, this.#at) + replacement
    this.#copied = end
  }

  /** Where a match of a sticky expression ends, `at` if there is none. */
  #skip(expression: RegExp, at = this.#at): number {
    expression.lastIndex = at
    return expression.test(this.#text) ? expression.lastIndex : at
  }
}
