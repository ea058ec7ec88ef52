import { describe, expect, test } from 'vitest'
import { run } from '../../support/run.ts'
import { directoryUntilEnd } from '../../torture/support/directory.ts'
import { serveHere } from '../../torture/support/serve-here.ts'

const policy = `version: "1"
name: agents
rules: [{ scope: shell, allow: [{ pattern: "ls *" }] }]
`
const key = 'the one API key'
const traceId = '0af7651916cd43dd8448eb211c80319c'
const action = { scope: 'shell', command: 'ls -l' }

/** A server with the credential of an agent. */
const { ask, entries } = await (async () => {
  const directory = await directoryUntilEnd()
  const create = ['keys', 'create', '--role', 'agent', '--agent', 'builder', '--name', 'ci']
  const made = await run([...create, '--data-dir', directory, '--json'])
  const { secret } = JSON.parse(made.out) as { readonly secret: string }
  const { port } = await serveHere(policy, { directory, args: ['--api-key', key] })
  const base = `http://127.0.0.1:${port}`
  return {
    async ask(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
      const response = await fetch(`${base}${path}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${secret}`, ...headers },
        body: JSON.stringify(body)
      })
      const text = await response.text()
      const isJson = response.headers.get('Content-Type') === 'application/json'
      return { status: response.status, body: isJson ? (JSON.parse(text) as unknown) : text }
    },
    async entries(query: string): Promise<unknown> {
      const headers = { Authorization: `Bearer ${key}` }
      return await (await fetch(`${base}/v1/audit?${query}`, { headers })).json()
    }
  }
})()

describe('the credential of an agent', () => {
  const mismatch = { decision: 'DENY', matched_rule: 'deny:access:agent_mismatch' }

  test('that asks in the name of another agent is denied, and that is in the log', async () => {
    const asked = { ...action, agent_id: 'mallory' }
    const headers = { 'X-Request-Id': 'mismatch' }
    expect(await ask('/v1/check', asked, headers)).toMatchObject({ status: 200, body: mismatch })
    expect(await entries('request_id=mismatch')).toMatchObject([
      { agent_id: 'mallory', caller: 'ci', request: asked, result: mismatch }
    ])
  })

  test('does so in a batch for that action only', async () => {
    const actions = [{ ...action, agent_id: 'mallory' }, action]
    const answer = await ask('/v1/check/batch', actions, { 'X-Request-Id': 'batch' })
    expect(answer.body).toMatchObject({ results: [mismatch, { decision: 'ALLOW' }] })
    expect(await entries('request_id=batch/0')).toMatchObject([{ result: mismatch }])
    expect(await entries('request_id=batch/1')).toMatchObject([{ agent_id: 'builder' }])
  })

  test('records its own denials, and those of no other agent', async () => {
    const rule = 'deny:gateway:fail_closed'
    const own = await ask('/v1/audit', { request: action, rule }, { 'X-Request-Id': 'own' })
    expect(own).toMatchObject({ status: 200, body: { decision: 'DENY', matched_rule: rule } })
    expect(await entries('request_id=own')).toMatchObject([
      { agent_id: 'builder', caller: 'ci', result: { matched_rule: rule } }
    ])
    const forged = { request: { ...action, agent_id: 'mallory' }, rule }
    expect(await ask('/v1/audit', forged, { 'X-Request-Id': 'forged' })).toMatchObject({
      status: 403
    })
    // What it wanted to be written down is not; that it tried is.
    expect(await entries('request_id=forged')).toMatchObject([
      { agent_id: 'mallory', caller: 'ci', result: mismatch }
    ])
  })
})

describe('the trace of a caller is in the entry, without OpenTelemetry', () => {
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`

  test.each([
    ['from the header', { traceparent }, {}],
    ['from what is said of the action', {}, { traceparent }]
  ])('%s', async (name, headers, meta) => {
    const named = { ...headers, 'X-Request-Id': name.replaceAll(' ', '-') }
    await ask('/v1/check', { ...action, meta }, named)
    const found = await entries(`trace_id=${traceId}&request_id=${named['X-Request-Id']}`)
    expect(found).toMatchObject([{ trace_id: traceId }])
  })

  test('also of denials that are recorded', async () => {
    const headers = { traceparent, 'X-Request-Id': 'reported' }
    await ask('/v1/audit', { request: action, rule: 'deny:gateway:fail_closed' }, headers)
    expect(await entries('request_id=reported')).toMatchObject([{ trace_id: traceId }])
  })

  test('what is no trace is left out', async () => {
    for (const wrong of ['x', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, `${traceparent}\t<`]) {
      await ask('/v1/check', action, { traceparent: wrong, 'X-Request-Id': 'wrong' })
    }
    const found = (await entries('request_id=wrong')) as readonly object[]
    expect(found.map((entry) => 'trace_id' in entry)).toEqual([false, false, false])
  })
})
