import type { ProxySettings } from '../document.ts'
import { decodeOptionalDuration } from './decode-duration.ts'
import type { Decoder, Fields } from './decoder.ts'
import { policyKeys } from './keys.ts'
import type { Item } from './open-node.ts'

const defaults = {
  sessionTtlMs: 3_600_000,
  maxBodyBytes: 1_048_576n,
  auditDefaultLimit: 100n,
  auditMaxLimit: 1_000n
}

/** Decodes `proxy`; a number of 0 is the default. */
export function decodeProxy(decoder: Decoder, item: Item | undefined): ProxySettings {
  const fields = decoder.fields(item, policyKeys.proxy)
  const session = decoder.fields(fields.get('session'), policyKeys.session)
  const request = decoder.fields(fields.get('request'), policyKeys.request)
  const audit = decoder.fields(fields.get('audit'), policyKeys.audit)
  const report = { label: 'proxy.session.ttl', stage: 'tunables' } as const
  const ttl = decodeOptionalDuration(decoder, session.get('ttl'), report)
  const maxBodyBytes = decodeNumber(decoder, request, 'max_body_bytes') || defaults.maxBodyBytes
  const defaultLimit = decodeNumber(decoder, audit, 'default_limit') || defaults.auditDefaultLimit
  const maxLimit = decodeNumber(decoder, audit, 'max_limit') || defaults.auditMaxLimit
  // Said of sound numbers only: of a negative one it is clear enough what is wrong.
  if (defaultLimit > 0n && 0n < maxLimit && maxLimit < defaultLimit) {
    const message = `proxy.audit.max_limit (${maxLimit}) must be >= proxy.audit.default_limit (${defaultLimit})`
    const place = audit.get('max_limit') ?? audit.get('default_limit')
    const { path = '', offset = 0 } = place ?? {}
    const code = 'invalid_audit_limits'
    decoder.issues.add({ code, path, offset, message, stage: 'tunables' })
  }
  return {
    sessionTtlMs: ttl?.ms ?? defaults.sessionTtlMs,
    maxBodyBytes: Number(maxBodyBytes),
    auditDefaultLimit: Number(defaultLimit),
    auditMaxLimit: Number(maxLimit)
  }
}

function decodeNumber(decoder: Decoder, fields: Fields, key: string): bigint {
  const item = fields.get(key)
  const number = decoder.integer(item) ?? 0n
  if (!item || number >= 0n) return number
  const { path, offset } = item
  const message = `${path}: must be > 0, got ${number}`
  decoder.issues.add({ code: 'not_positive', path, offset, message, stage: 'tunables' })
  return number
}
