import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type ActionRequestErrorCode, parseActionRequest } from '../src/index.ts'

interface Step {
  readonly request_raw?: string
  readonly request_hex?: string
  readonly expect_error?: string
}

const steps: readonly { id: string; step: Step }[] = readFileSync(
  new URL('vectors/json.jsonl', import.meta.url),
  'utf8'
)
  .trimEnd()
  .split('\n')
  .flatMap((line) => {
    const { id, steps } = JSON.parse(line) as { id: string; steps: Step[] }
    return steps.map((step) => ({ id, step }))
  })

/** Why we refuse what AgentGuard v1.0 accepts. */
const reasons = {
  duplicate_member: ['p-json-0003', 'p-json-0034'],
  wrong_case: ['p-json-0002', 'p-json-0004', 'p-json-0050', 'p-json-0051'],
  trailing_bytes: ['p-json-0005', 'p-json-0006'],
  lone_surrogate: ['p-json-0039'],
  invalid_utf8: ['p-json-0061', 'p-json-0062', 'p-json-0063']
} satisfies Partial<Record<ActionRequestErrorCode, string[]>>

test('every recorded body is read as AgentGuard v1.0 reads it, or refused for a reason on the list', () => {
  const stricter: Record<string, string[]> = {}
  let equal = 0
  for (const { id, step } of steps) {
    const body = bodyOf(step)
    const parsed = parseActionRequest(body)
    if (step.expect_error !== undefined) {
      expect(parsed, id).toMatchObject({ ok: false })
      equal++
    } else if (parsed.ok) {
      expect(parsed.action, id).toEqual(readLoosely(body))
      equal++
    } else {
      stricter[parsed.error.code] = [...(stricter[parsed.error.code] ?? []), id]
    }
  }
  expect(stricter).toEqual(reasons)
  const counts = Object.entries(stricter).map(([reason, ids]) => `${reason} ${ids.length}`)
  process.stdout.write(`json.jsonl: ${equal} equal, stricter: ${counts.join(', ')}\n`)
  expect(equal).toBe(52)
})

test('an empty body is refused in the words of AgentGuard v1.0', () => {
  const message = { ok: false, error: { message: 'EOF' } }
  expect(parseActionRequest('')).toMatchObject(message)
  expect(parseActionRequest(new Uint8Array())).toMatchObject(message)
  expect(parseActionRequest(' \n')).toMatchObject(message)
})

function bodyOf({ request_raw, request_hex }: Step): Uint8Array {
  return request_raw === undefined
    ? Buffer.from(request_hex ?? '', 'hex')
    : Buffer.from(request_raw, 'utf8')
}

/** The fields that AgentGuard v1.0 sees: null is absent, unknown members are dropped. */
function readLoosely(body: Uint8Array): Record<string, unknown> {
  const known = new Set(
    'schema_version scope action command path domain url agent_id session_id est_cost meta approval_id'.split(
      ' '
    )
  )
  const entries = Object.entries(JSON.parse(Buffer.from(body).toString('utf8')) ?? {})
  const seen = entries.filter(([name, value]) => known.has(name) && value !== null)
  const action: Record<string, unknown> = { scope: '', ...Object.fromEntries(seen) }
  if (action['meta']) {
    const meta = Object.entries(action['meta']).map(([name, value]) => [name, value ?? ''])
    action['meta'] = Object.fromEntries(meta)
  }
  return action
}
