import { createHmac, createSecretKey } from 'node:crypto'
import type { ActionRequest } from '@agentguard/protocol'
import { createCleanTexts } from './clean-texts.ts'
import { compilePatterns, findMatches } from './extra-patterns.ts'
import { findSecrets } from './find-secrets.ts'
import { formatMarker, markerEnd } from './marker.ts'
import { type Redaction, redactJsonValue, redactMember } from './redact-json.ts'
import { redactJsonText } from './redact-json-text.ts'
import { replaceSpans } from './replace-spans.ts'
import { secretNameKind } from './secret-names.ts'

/** Removes secrets. What has none is returned as it is: the same text, the same object. */
export interface Redactor {
  /** Redacts a text. */
  redactText(text: string): string
  /** Redacts a text that stands under a name: of what is called a password, all of it. */
  redactMember(name: string, text: string): string
  /** Redacts every text of an action: names in `meta`, further actions and who asks, too. */
  redactAction(action: ActionRequest): ActionRequest
  /** Redacts every text in a JSON value, and the values of members with secret names as a whole. */
  redactJson<T>(value: T): T
}

/** How {@link createRedactor} redacts. */
export interface RedactorOptions {
  /**
   * What digests are keyed with, at least 16 bytes. Equal secrets have equal digests under one key, and
   * nobody without the key can try out guesses. Without a key the marker is `[REDACTED]`.
   */
  readonly key?: string | Uint8Array
  /** Further patterns, RE2. Each match is removed as a whole. */
  readonly extraPatterns?: readonly string[]
}

const leastKey = 16
/** A digest costs microseconds, and a text can be made of secrets. */
const maxDigests = 1000
/** What a secret hid from the rules is seen when it is gone. Two passes are enough for all but made-up texts. */
const maxPasses = 4

/**
 * Creates a redactor. Redacting never throws, takes time linear in the size of what it is given, and
 * changes nothing when it is repeated.
 *
 * Throws a `TypeError` for a pattern that is not RE2, and for a key that is too short.
 */
export function createRedactor({ key, extraPatterns = [] }: RedactorOptions = {}): Redactor {
  if (key !== undefined && Buffer.byteLength(key) < leastKey) {
    throw new TypeError(`key must have at least ${leastKey} bytes`)
  }
  const patterns = compilePatterns(extraPatterns)
  const cleanTexts = createCleanTexts()

  const secretKey = key === undefined ? undefined : createSecretKey(Buffer.from(key))

  function digest(secret: string): string | undefined {
    return secretKey && createHmac('sha256', secretKey).update(secret).digest('hex')
  }

  function removePatterns(text: string, redaction: Redaction): string {
    const spans = patterns.flatMap((pattern) => findMatches(pattern, text))
    return replaceSpans(text, spans, redaction.mark)
  }

  function redactOnce(text: string, redaction: Redaction): string {
    const rest = patterns.length === 0 ? text : removePatterns(text, redaction)
    return redactJsonText(rest, redaction) ?? replaceSpans(rest, findSecrets(rest), redaction.mark)
  }

  /** What one call redacts with. */
  function createRedaction(): Redaction {
    let digests = 0
    const redaction: Redaction = {
      mark: (secret) => formatMarker(digests++ < maxDigests ? digest(secret) : undefined),
      whole: (text) =>
        text === '' || markerEnd(text, 0) === text.length ? text : redaction.mark(text),
      text(text) {
        if (cleanTexts.has(text)) return text
        let redacted = text
        for (let pass = 0; pass < maxPasses; pass++) {
          const before = redacted
          redacted = redactOnce(before, redaction)
          if (redacted === before) break
        }
        if (redacted === text) cleanTexts.add(text)
        return redacted
      }
    }
    return redaction
  }

  return {
    redactText: (text) => (cleanTexts.has(text) ? text : createRedaction().text(text)),
    redactMember(name, text) {
      if (cleanTexts.has(text) && secretNameKind(name) === undefined) return text
      return redactMember(name, text, createRedaction(), 1) as string
    },
    redactAction: (action) => redactJsonValue(action, createRedaction()) as ActionRequest,
    redactJson: <T>(value: T) => redactJsonValue(value, createRedaction()) as T
  }
}

/** Removes nothing: for operators who choose to keep everything. */
export const noRedaction: Redactor = {
  redactText: (text) => text,
  redactMember: (_name, text) => text,
  redactAction: (action) => action,
  redactJson: (value) => value
}
