import type { ActionRequest } from '@agentguard/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedactor, noRedaction } from '../src/index.ts'
import { anyFragments } from './fragments.ts'
import { secretActions } from './secret-actions.ts'

const { redactAction, redactJson } = createRedactor()
const jwt = `eyJ${'a1'.repeat(10)}.eyJ${'b2'.repeat(10)}.${'c3'.repeat(10)}`

describe('an action', () => {
  test('every member is read, who asks and the names in meta too', () => {
    const action: ActionRequest = {
      scope: 'shell',
      action: 'token=aaa1',
      command: 'login --password bbb2',
      path: '/tmp/password=ccc3',
      domain: 'bob:x@token=ddd4',
      url: 'https://bob:eee5@h/',
      agent_id: jwt,
      session_id: 'bearer fff6',
      approval_id: 'token=ggg7',
      meta: { arg_password: 'hhh8', note: 'secret: iii9', 'token=jjj0': 'x', plain: 'y' },
      actions: [{ scope: 'network', url: 'https://h/?api_key=kkk1', meta: { auth: 'lll2' } }]
    }
    const text = JSON.stringify(redactAction(action))
    for (const secret of 'aaa1 bbb2 ccc3 ddd4 eee5 fff6 ggg7 hhh8 iii9 jjj0 kkk1 lll2'.split(' ')) {
      expect(text).not.toContain(secret)
    }
    expect(text).not.toContain(jwt)
    expect(text).toContain('"plain":"y"')
  })

  test('without secrets it is the same object', () => {
    const action: ActionRequest = { scope: 'shell', command: 'ls -la', meta: { a: 'b' } }
    expect(redactAction(action)).toBe(action)
  })

  test('with secrets the original is not touched', () => {
    const action: ActionRequest = { scope: 'shell', command: 'x --token abc', meta: { a: 'b' } }
    const copy = structuredClone(action)
    const redacted = redactAction(action)
    expect(action).toEqual(copy)
    expect(redacted).toEqual({ ...copy, command: 'x --token [REDACTED]' })
  })

  test('names in meta stay apart, and are all data', () => {
    const meta = JSON.parse('{"token=a":"1","token=b":"2","__proto__":"token=c"}')
    const redacted = redactAction({ scope: 'x', meta }).meta as Record<string, string>
    expect(Object.entries(redacted)).toEqual([
      ['token=[REDACTED]', '1'],
      ['token=[REDACTED] (2)', '2'],
      ['__proto__', 'token=[REDACTED]']
    ])
    expect(({} as Record<string, unknown>)['token=[REDACTED]']).toBeUndefined()
  })

  test('names that became one and were numbered are left alone', () => {
    const once = redactAction({ scope: 'x', meta: { "password '=": '', "password 'SG.pdf": '' } })
    expect(Object.keys(once.meta ?? {})).toEqual([
      "password '[REDACTED]",
      "password '[REDACTED] (2)"
    ])
    expect(redactAction(once)).toBe(once)
  })

  test('redacting again changes nothing', () => {
    const meta = fc.dictionary(
      fc.oneof(fc.constantFrom('password', 'n'), anyFragments),
      anyFragments
    )
    const action = fc.record({ scope: anyFragments, command: anyFragments, meta })
    fc.assert(
      fc.property(action, (value) => {
        const once = redactAction(value)
        expect(redactAction(once)).toBe(once)
      }),
      { numRuns: 1000 }
    )
  })

  test('noRedaction keeps everything', () => {
    const action = { scope: 'shell', command: 'x --token abc' }
    expect(noRedaction.redactAction(action)).toBe(action)
    expect(noRedaction.redactText('token=a')).toBe('token=a')
    expect(noRedaction.redactJson(action)).toBe(action)
  })
})

describe('a JSON value', () => {
  test('every text at every depth is read', () => {
    expect(redactJson([{ a: [{ b: 'token=x' }] }, 1, null, true])).toEqual([
      { a: [{ b: 'token=[REDACTED]' }] },
      1,
      null,
      true
    ])
  })

  test.each([
    ['password', 'x', '[REDACTED]'],
    ['api_key', 12345, '[REDACTED]'],
    ['apiKey', 'two words', '[REDACTED]'],
    ['Authorization', 'Bearer abc', 'Bearer [REDACTED]'],
    ['authorization', 'abc', '[REDACTED]'],
    ['cookie', 'a=b', '[REDACTED]'],
    ['client_secret', ['a', { b: 'c' }], ['[REDACTED]', { b: '[REDACTED]' }]],
    ['credentials', { user: 'bob' }, { user: '[REDACTED]' }],
    ['password', '', ''],
    ['token', null, null],
    ['secret', true, true],
    ['max_tokens', 100, 100],
    ['author', 'bob', 'bob'],
    ['password_policy', 'long', 'long'],
    ['argv', ['--token', 'abc', '-v'], ['--token', '[REDACTED]', '-v']]
  ])('the member %s: %j', (name, value, expected) => {
    expect(redactJson({ [name]: value })).toEqual({ [name]: expected })
    // The same value as a text.
    const text = createRedactor().redactText(JSON.stringify({ [name]: value }, null, 1))
    expect(JSON.parse(text)).toEqual({ [name]: expected })
  })

  test('long strings, deep nesting and much white space are no trouble in a text', () => {
    const { redactText } = createRedactor()
    const long = 'x"\\'.repeat(1 << 20)
    expect(redactText(JSON.stringify({ a: long, token: long }))).toBe(
      JSON.stringify({ a: long, token: '[REDACTED]' })
    )
    const deep = `${'['.repeat(200_000)}"token=x"${']'.repeat(200_000)}`
    expect(redactText(deep)).not.toContain('=x')
    const blank = `{"token"${' '.repeat(1 << 20)}:"x"}`
    expect(redactText(blank)).toBe(blank.replace('"x"', '"[REDACTED]"'))
  })

  test('what is too deep goes as a whole', () => {
    const cycle: { a?: unknown; password: string } = { password: 'x' }
    cycle.a = cycle
    expect(() => redactJson(cycle)).not.toThrow()
    expect(JSON.stringify(redactJson(cycle))).not.toContain('"x"')
  })

  test('white space, order, numbers and members that are there twice stay in a text', () => {
    const text = ' { "b" : 1.0,\t"token":"x", "a":1e2, "b":"\\u0041" }\n'
    expect(createRedactor().redactText(text)).toBe(text.replace('"x"', '"[REDACTED]"'))
  })
})

describe('planted secrets', () => {
  const planted = secretActions(1000)

  // performance.md test 42
  test('of 1,000 in headers, arguments, options, addresses and members, none is left', () => {
    const leaks = planted.filter(({ action, secret }) =>
      JSON.stringify(redactAction(action)).includes(secret)
    )
    expect(leaks.map(({ action }) => action)).toEqual([])
  })

  // performance.md test 42
  test('none is left when the action is redacted as a JSON value or as a text', () => {
    const { redactText } = createRedactor()
    for (const { action, secret } of planted) {
      expect(JSON.stringify(redactJson(action))).not.toContain(secret)
      expect(redactText(JSON.stringify(action))).not.toContain(secret)
    }
  })
})
