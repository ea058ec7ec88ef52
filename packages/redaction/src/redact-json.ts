import { isSecretOptionName } from './forms/option.ts'
import { redactSecret } from './redact-secret.ts'
import { secretNameKind } from './secret-names.ts'

/** How texts are redacted. */
export interface Redaction {
  /** Redacts the secrets in a text. */
  readonly text: (text: string) => string
  /** What stands in the place of a secret. */
  readonly mark: (secret: string) => string
  /** Redacts a text that is a secret as a whole. */
  readonly whole: (text: string) => string
}

const maxDepth = 1000

/** Redacts all texts in a JSON value. What has no secret is returned as it is, not copied. */
export function redactJsonValue(value: unknown, redaction: Redaction, depth = 0): unknown {
  if (typeof value === 'string') return redaction.text(value)
  if (typeof value !== 'object' || value === null) return value
  // Nothing that was parsed strictly is as deep, and a cycle is.
  if (depth === maxDepth) return redaction.mark('')
  if (Array.isArray(value)) return redactList(value, redaction, depth)
  return redactObject(value as Readonly<Record<string, unknown>>, redaction, depth)
}

function redactList(list: readonly unknown[], redaction: Redaction, depth: number): unknown {
  let changed: unknown[] | undefined
  for (const [index, item] of list.entries()) {
    const previous = list[index - 1]
    const isValue =
      typeof item === 'string' &&
      !item.startsWith('-') &&
      typeof previous === 'string' &&
      isSecretOptionName(previous)
    const redacted = isValue ? redaction.whole(item) : redactJsonValue(item, redaction, depth + 1)
    if (redacted === item) continue
    changed ??= [...list]
    changed[index] = redacted
  }
  return changed ?? list
}

function redactObject(
  object: Readonly<Record<string, unknown>>,
  redaction: Redaction,
  depth: number
): unknown {
  let changed: [string, unknown][] | undefined
  const names = Object.keys(object)
  for (const [index, name] of names.entries()) {
    const value = object[name]
    const newName = redaction.text(name)
    // What is left of a name can be one of a secret.
    const known = secretNameKind(name) === undefined ? newName : name
    const newValue = redactMember(known, value, redaction, depth + 1)
    if (newName !== name || newValue !== value) {
      changed ??= names.map((each) => [each, object[each]])
      changed[index] = [newName, newValue]
    }
  }
  if (!changed) return object
  const redacted = fromEntries(changed, Object.getPrototypeOf(object))
  // The number behind a name can be taken for a part of the secret in it, and is then put behind it again.
  return hasSameMembers(redacted, object) ? object : redacted
}

function hasSameMembers(one: Readonly<Record<string, unknown>>, other: typeof one): boolean {
  return Object.keys(one).every((name) => Object.hasOwn(other, name) && one[name] === other[name])
}

/** Redacts the value of a member of an object, which is `depth` deep. A text stays a text. */
export function redactMember(
  name: string,
  value: unknown,
  redaction: Redaction,
  depth: number
): unknown {
  const kind = secretNameKind(name)
  if (!kind) return redactJsonValue(value, redaction, depth)
  const whole = (text: string) => redactSecret(text, kind, redaction)
  return redactWhole(value, { ...redaction, whole }, depth)
}

/** Builds an object whose names are all data, `__proto__` too. */
function fromEntries(
  entries: readonly (readonly [string, unknown])[],
  prototype: object | null
): Record<string, unknown> {
  const object: Record<string, unknown> = Object.create(prototype)
  for (const [name, value] of entries) {
    Object.defineProperty(object, freeName(object, name), {
      value,
      enumerable: true,
      writable: true,
      configurable: true
    })
  }
  return object
}

/** Two names may have become one: no member gets lost. */
function freeName(object: object, name: string): string {
  if (!Object.hasOwn(object, name)) return name
  for (let number = 2; ; number++) {
    const numbered = `${name} (${number})`
    if (!Object.hasOwn(object, numbered)) return numbered
  }
}

/** Redacts the value of a secret name: each text and number in it. */
function redactWhole(value: unknown, redaction: Redaction, depth: number): unknown {
  if (typeof value === 'string') return redaction.whole(value)
  if (typeof value === 'number') return redaction.whole(String(value))
  if (typeof value !== 'object' || value === null) return value
  return depth === maxDepth
    ? redaction.mark('')
    : mapValues(value, (item) => redactWhole(item, redaction, depth + 1))
}

function mapValues(container: object, map: (value: unknown) => unknown): unknown {
  if (Array.isArray(container)) return container.map(map)
  const entries = Object.entries(container).map(([name, value]) => [name, map(value)] as const)
  return fromEntries(entries, Object.getPrototypeOf(container))
}
