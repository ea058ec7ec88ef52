import { hash } from 'node:crypto'
import { type ActionRequest, canonicalJson } from '@agentguard/protocol'

/** What differs between two attempts at the same action. */
const unbound: ReadonlySet<string> = new Set(['approval_id', 'schema_version', 'reuse_approval'])
const unboundMeta: ReadonlySet<string> = new Set(['approval_id', 'tool_call_id', 'stream', 'model'])

/**
 * What an approval is bound to: SHA-256 over the canonical JSON (RFC 8785) of the whole action and the
 * context in which it is judged, as `sha256:` and hexadecimal digits.
 *
 * Left out are, of the action, `approval_id`, `schema_version` and `reuse_approval`, and of its `meta`,
 * `approval_id`, `tool_call_id`, `stream` and `model`. Everything else counts, members that nobody
 * knows too. Throws a `TypeError` for what is no JSON, such as a cost that is no number.
 */
export function actionDigest(
  action: ActionRequest,
  context?: Readonly<Record<string, unknown>>
): string {
  const { meta, ...rest } = without(action, unbound)
  const boundMeta = meta === undefined ? {} : without(meta as object, unboundMeta)
  const bound = Object.keys(boundMeta).length > 0 ? { ...rest, meta: boundMeta } : rest
  return `sha256:${hash('sha256', canonicalJson({ action: bound, context }), 'hex')}`
}

function without(object: object, names: ReadonlySet<string>): Record<string, unknown> {
  // `fromEntries` defines members, so that one called `__proto__` is a member too.
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.has(name)))
}
