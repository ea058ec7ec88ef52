import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  readSlackCallback,
  signWebhook,
  verifySlackSignature,
  verifyWebhook
} from '../src/index.ts'

describe('webhook signatures', () => {
  // The example of the Standard Webhooks libraries.
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
  const timestamp = 1_614_265_330
  const body = '{"test": 2432232314}'
  const secret = `whsec_${'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'}`
  const headers = { ...signWebhook({ id, timestamp, body, secrets: [secret] }) }
  const now = timestamp * 1000

  test('are those of the specification', () => {
    expect(headers).toEqual({
      'webhook-id': id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    })
  })

  test('are verified', () => {
    expect(verifyWebhook({ headers, body, secrets: [secret], now })).toEqual({ ok: true, id })
  })

  test('one of several secrets is enough, on both sides', () => {
    const other = 'another secret of enough bytes'
    const both = { ...signWebhook({ id, timestamp, body, secrets: [other, secret] }) }
    expect(verifyWebhook({ headers: both, body, secrets: [secret], now }).ok).toBe(true)
    expect(verifyWebhook({ headers, body, secrets: [other, secret], now }).ok).toBe(true)
  })

  test.each([
    ['another body', { body: `${body} ` }, 'forged'],
    ['another id', { headers: { ...headers, 'webhook-id': 'msg_x' } }, 'forged'],
    ['another time', { headers: { ...headers, 'webhook-timestamp': '1614265331' } }, 'forged'],
    ['another secret', { secrets: ['another secret of enough bytes'] }, 'forged'],
    ['no secret', { secrets: [] }, 'forged'],
    [
      'a signature cut short',
      { headers: { ...headers, 'webhook-signature': 'v1,g0hM' } },
      'forged'
    ],
    [
      'an unknown version',
      {
        headers: {
          ...headers,
          'webhook-signature': headers['webhook-signature'].replace('v1', 'v9')
        }
      },
      'forged'
    ],
    ['six minutes late', { now: now + 360_000 }, 'too_old'],
    ['six minutes early', { now: now - 360_000 }, 'too_old'],
    ['a time that is none', { headers: { ...headers, 'webhook-timestamp': 'NaN' } }, 'too_old'],
    ['no headers', { headers: {} }, 'incomplete'],
    ['two ids', { headers: { ...headers, 'webhook-id': [id, id] } }, 'incomplete'],
    ['a repetition', { wasReceived: (received: string) => received === id }, 'repeated']
  ])('%s is refused', (_name, change, reason) => {
    const verified = verifyWebhook({ headers, body, secrets: [secret], now, ...change })
    expect(verified).toEqual({ ok: false, reason })
  })

  test('a secret that is too short is refused', () => {
    expect(() => signWebhook({ id, timestamp, body, secrets: ['short'] })).toThrow(
      'at least 16 bytes'
    )
  })
})

describe('Slack', () => {
  const signingSecret = '8f742231b10e8888abcd99yyyzzz85a5'
  const now = 1_531_420_618_000

  function signed(body: string, at = now) {
    const timestamp = `${at / 1000}`
    const digest = createHmac('sha256', signingSecret)
      .update(`v0:${timestamp}:${body}`)
      .digest('hex')
    return { signingSecret, timestamp, signature: `v0=${digest}`, body, now }
  }

  function pressed(change: object = {}, action: object = {}) {
    const payload = {
      type: 'block_actions',
      user: { id: 'U1', username: 'bob' },
      team: { id: 'T1' },
      response_url: 'https://hooks.slack.com/actions/x',
      actions: [
        {
          action_id: 'agentguard_approve',
          value: '{"tenant":"local","approval":"ap_1"}',
          ...action
        }
      ],
      ...change
    }
    return `payload=${encodeURIComponent(JSON.stringify(payload))}`
  }

  test("verifies the example of Slack's documentation", () => {
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V' +
      '&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=' +
      '&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
      '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c'
    const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503'
    expect(
      verifySlackSignature({ signingSecret, timestamp: '1531420618', signature, body, now })
    ).toBe(true)
  })

  test.each([
    ['another body', { body: 'x' }],
    ['another secret', { signingSecret: 'x' }],
    ['an empty secret', { signingSecret: '' }],
    ['no signature', { signature: undefined }],
    ['no time', { timestamp: undefined }],
    ['another version', { signature: 'v1=00' }],
    ['a replay', { now: now + 301_000 }]
  ])('%s is refused', (_name, change) => {
    const request = { ...signed(pressed()), ...change }
    expect(verifySlackSignature(request)).toBe(false)
    expect(readSlackCallback(request)).toEqual({ ok: false, reason: 'forged' })
  })

  test('a pressed button says what, for whom, and who pressed it', () => {
    expect(readSlackCallback(signed(pressed()))).toEqual({
      ok: true,
      callback: {
        decision: 'ALLOW',
        tenant: 'local',
        approval: 'ap_1',
        user: { id: 'U1', name: 'bob' },
        team: 'T1',
        responseUrl: 'https://hooks.slack.com/actions/x'
      }
    })
    const no = readSlackCallback(signed(pressed({}, { action_id: 'agentguard_deny' })))
    expect(no).toMatchObject({ ok: true, callback: { decision: 'DENY' } })
  })

  test('an answer goes nowhere but to Slack', () => {
    const read = readSlackCallback(signed(pressed({ response_url: 'https://evil.example/' })))
    expect(read.ok && read.callback.responseUrl).toBeUndefined()
  })

  test.each([
    ['no payload', 'a=b', 'malformed'],
    ['no JSON', 'payload=%7B', 'malformed'],
    ['no user', pressed({ user: null }), 'malformed'],
    ['no actions', pressed({ actions: [] }), 'not_ours'],
    ["another's button", pressed({}, { action_id: 'x' }), 'not_ours'],
    ['a value that is none', pressed({}, { value: '[]' }), 'malformed'],
    [
      'a member twice',
      pressed({}, { value: '{"tenant":"a","tenant":"b","approval":"c"}' }),
      'malformed'
    ]
  ])('%s', (_name, body, reason) => {
    expect(readSlackCallback(signed(body))).toEqual({ ok: false, reason })
  })
})
