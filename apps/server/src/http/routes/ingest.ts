import type { Guard } from '@agentguard/guard'
import { type ActionRequest, parseJson, readActionRequest } from '@agentguard/protocol'
import { traceParentOf } from '../../telemetry/trace-parent.ts'
import { type Answer, jsonAnswer, textAnswer } from '../answer.ts'
import { askingOf, unsupportedVersion } from '../answer-check.ts'
import { askAs } from '../auth/as-agent.ts'
import { timingHeaders } from '../denial-answer.ts'
import { encodeJson } from '../encode-json.ts'
import { wireVerdict } from '../encode-verdict.ts'
import { readRequest } from '../read-body.ts'
import type { ScopedRequest } from '../scoped-route.ts'
import { bodyTooLarge } from './check.ts'

export interface IngestDeps {
  readonly guard: Pick<Guard, 'report'>
  readonly maxBodyBytes: (tenant: string) => number
}

/** Writes down a denial that was made elsewhere. Whatever is sent, it is a DENY. */
export async function ingest(
  { guard, maxBodyBytes }: IngestDeps,
  request: ScopedRequest
): Promise<Answer> {
  const start = performance.now()
  const maxBytes = maxBodyBytes(request.tenant)
  const body = await readRequest(request.raw, maxBytes)
  if (body === 'too_large') return bodyTooLarge(maxBytes)
  if (body === 'aborted') return textAnswer(400, 'Invalid request: unexpected EOF')
  const read = readReport(body)
  if (!read.ok) return read.answer
  const header = (name: string): string | undefined => request.raw.headers.get(name) ?? undefined
  const asking = askingOf(request, traceParentOf(header, read.action.meta)?.traceId)
  const asked = askAs(request.principal, read.action)
  if (!asked.ok) {
    await guard.report(read.action, asked, asking)
    return textAnswer(403, asked.reason)
  }
  const { rule, reason } = read
  const { result, auditMs } = await guard.report(asked.action, { rule, reason }, asking)
  const headers = timingHeaders(0, auditMs, performance.now() - start)
  return jsonAnswer(200, encodeJson(wireVerdict(result)), headers)
}

type ReadReport =
  | {
      readonly ok: true
      readonly action: ActionRequest
      readonly rule: string
      readonly reason: string
    }
  | { readonly ok: false; readonly answer: Answer }

function readReport(body: Uint8Array): ReadReport {
  const members = readMembers(body)
  if (!members.ok) return invalid(members.why)
  const { schema_version: version, request, reason, rule } = members.values
  if (version && version !== 'v1') {
    return { ok: false, answer: unsupportedVersion(String(version)) }
  }
  const read = readActionRequest(request ?? {})
  if (!read.ok) return invalid(`request: ${read.error.message}`)
  if (typeof rule !== 'string' || rule.trim() === '') {
    return { ok: false, answer: textAnswer(400, 'rule is required') }
  }
  return { ok: true, action: read.action, rule, reason: typeof reason === 'string' ? reason : '' }
}

type ReadMembers =
  | { readonly ok: true; readonly values: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly why: string }

const texts = ['schema_version', 'reason', 'rule']

/** The members of the body, the texts of which are texts. `null` is an object without any. */
function readMembers(body: Uint8Array): ReadMembers {
  const parsed = parseJson(body)
  if (!parsed.ok) return { ok: false, why: parsed.error.message }
  const value = parsed.value ?? {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    return { ok: false, why: 'expected an object' }
  }
  const values = value as Record<string, unknown>
  // What is no text may not even be made one: it can have a member `toString` that is no function.
  const wrong = texts.find((name) => typeof (values[name] ?? '') !== 'string')
  if (wrong !== undefined) return { ok: false, why: `${wrong}: expected a string` }
  return { ok: true, values }
}

function invalid(why: string): ReadReport {
  return { ok: false, answer: textAnswer(400, `Invalid request: ${why}`) }
}
