import { credentialStart } from './forms/credentials.ts'
import type { Redaction } from './redact-json.ts'
import type { NameKind } from './secret-names.ts'

/** Redacts the value of a secret name. The scheme of an authorization stays. */
export function redactSecret(text: string, kind: NameKind, redaction: Redaction): string {
  if (kind !== 'credentials') return redaction.whole(text)
  const start = credentialStart(text, { start: 0, end: text.length })
  if (start === -1) return text
  const scheme = text.slice(0, start)
  // A token with a word behind it stands where a scheme would.
  if (redaction.text(scheme) !== scheme) return redaction.whole(text)
  return scheme + redaction.whole(text.slice(start))
}
