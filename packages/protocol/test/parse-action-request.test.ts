import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type ActionRequest,
  type ActionRequestErrorCode,
  actionRequestLimits,
  parseActionRequest,
  readActionRequest
} from '../src/index.ts'

describe('a body is read', () => {
  test('into the action that it holds', () => {
    const action: ActionRequest = {
      schema_version: 'v1',
      scope: 'mcp_tool',
      action: 'call',
      command: 'fs:read',
      path: '/tmp/a',
      domain: 'example.com',
      url: 'https://example.com/',
      agent_id: 'a',
      session_id: 's',
      est_cost: 0.25,
      meta: { transport: 'mcp_gateway' },
      approval_id: 'ap_1',
      reuse_approval: true,
      unknown_effect: 'the arguments are nested too deep',
      actions: [
        {
          scope: 'filesystem',
          action: 'read',
          path: '/tmp/a',
          meta: { x: '' },
          unknown_effect: ''
        },
        { scope: 'network', url: 'https://example.com/', derived: 'certain' }
      ]
    }
    expect(parseActionRequest(JSON.stringify(action))).toEqual({ ok: true, action })
  })

  test('without its unknown members', () => {
    const parsed = parseActionRequest('{"scope":"x","commmand":"y","scope ":1,"constructor":2}')
    expect(parsed).toStrictEqual({ ok: true, action: { scope: 'x' } })
  })

  test('with null for absent, and null for an empty object', () => {
    expect(parseActionRequest('null')).toStrictEqual({ ok: true, action: { scope: '' } })
    const nulls =
      '{"scope":null,"command":null,"est_cost":null,"meta":null,"actions":null,"unknown_effect":null,"reuse_approval":null}'
    expect(parseActionRequest(nulls)).toStrictEqual({ ok: true, action: { scope: '' } })
  })

  test('without a mark that only a further action can have', () => {
    const parsed = parseActionRequest('{"derived":"possible","actions":[{"derived":null}]}')
    expect(parsed).toStrictEqual({ ok: true, action: { scope: '', actions: [{ scope: '' }] } })
  })

  test('with every name in meta as data, and null in it as the empty string', () => {
    const parsed = parseActionRequest(
      '{"meta":{"__proto__":"p","constructor":"c","prototype":null,"Scope":"s"}}'
    )
    const meta = parsed.ok ? (parsed.action.meta ?? {}) : {}
    expect(Object.entries(meta)).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
      ['prototype', ''],
      ['Scope', 's']
    ])
    expect(Object.getPrototypeOf(meta)).toBe(null)
  })

  test('the same as it was written, whatever its texts are', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 64 })
    const anyAction = fc.record(
      {
        scope: text,
        command: text,
        path: text,
        est_cost: fc.double({ noNaN: true, noDefaultInfinity: true }).map((cost) => cost + 0),
        meta: fc.dictionary(text, text),
        actions: fc.array(fc.record({ scope: text, url: text }))
      },
      { requiredKeys: ['scope'] }
    )
    fc.assert(
      fc.property(anyAction, (action) => {
        const body = new TextEncoder().encode(JSON.stringify(action))
        expect(parseActionRequest(body)).toEqual({ ok: true, action })
      })
    )
  })
})

describe('a body is refused', () => {
  const cases: readonly [body: string, code: ActionRequestErrorCode, message: string][] = [
    ['[]', 'wrong_type', 'expected an object, received an array'],
    ['"x"', 'wrong_type', 'expected an object, received a string'],
    ['1', 'wrong_type', 'expected an object, received a number'],
    ['true', 'wrong_type', 'expected an object, received a boolean'],
    ['{"command":5}', 'wrong_type', 'command: expected a string, received a number'],
    ['{"path":["a"]}', 'wrong_type', 'path: expected a string, received an array'],
    ['{"est_cost":"1"}', 'wrong_type', 'est_cost: expected a number, received a string'],
    ['{"meta":[]}', 'wrong_type', 'meta: expected an object, received an array'],
    ['{"meta":"x"}', 'wrong_type', 'meta: expected an object, received a string'],
    ['{"meta":{"a":{}}}', 'wrong_type', 'meta.a: expected a string, received an object'],
    [
      '{"meta":{"a b\\n":1}}',
      'wrong_type',
      'meta[`a b\\u000a`]: expected a string, received a number'
    ],
    [
      '{"reuse_approval":1}',
      'wrong_type',
      'reuse_approval: expected true or false, received a number'
    ],
    ['{"actions":{}}', 'wrong_type', 'actions: expected an array, received an object'],
    ['{"actions":[null]}', 'wrong_type', 'actions[0]: expected an object, received null'],
    ['{"actions":[{},[]]}', 'wrong_type', 'actions[1]: expected an object, received an array'],
    [
      '{"actions":[{"url":1}]}',
      'wrong_type',
      'actions[0].url: expected a string, received a number'
    ],
    [
      '{"actions":[{"actions":[]}]}',
      'wrong_type',
      'actions[0].actions: expected nothing, received an array'
    ],
    [
      '{"unknown_effect":true}',
      'wrong_type',
      'unknown_effect: expected a string, received a boolean'
    ],
    [
      '{"Unknown_Effect":"x"}',
      'wrong_case',
      'unknown_effect: expected this spelling, received `Unknown_Effect`'
    ],
    [
      '{"actions":[{"derived":"surely"}]}',
      'wrong_type',
      'actions[0].derived: expected certain or possible, received a string'
    ],
    ['{"SCOPE":"x"}', 'wrong_case', 'scope: expected this spelling, received `SCOPE`'],
    ['{"scope":"x","Scope":null}', 'wrong_case', 'scope: expected this spelling, received `Scope`'],
    ['{"ſcope":"x"}', 'wrong_case', 'scope: expected this spelling, received `\\u017fcope`'],
    [
      '{"actions":[{"Command":""}]}',
      'wrong_case',
      'actions[0].command: expected this spelling, received `Command`'
    ],
    [
      '{"actions":[{"Actions":[]}]}',
      'wrong_case',
      'actions[0].actions: expected this spelling, received `Actions`'
    ],
    ['{"a":1,"a":2}', 'duplicate_member', 'duplicate member `a` at line 1, column 8'],
    ['{"est_cost":1e400}', 'number_out_of_range', 'number out of range at line 1, column 13']
  ]

  test.each(cases)('%s with the code %s', (body, code, message) => {
    const parsed = parseActionRequest(body)
    expect(parsed).toMatchObject({ ok: false, error: { code, message } })
  })

  test('with the path of the member that is wrong', () => {
    const parsed = parseActionRequest('{"actions":[{},{"meta":{"a":1}}]}')
    expect(parsed).toMatchObject({ error: { path: 'actions[1].meta.a' } })
    expect(parseActionRequest('[]')).not.toHaveProperty('error.path')
  })

  test('when a known member is in another case, whichever letters differ', () => {
    const names = [
      'schema_version',
      'scope',
      'approval_id',
      'reuse_approval',
      'actions',
      'est_cost'
    ]
    const folded = new Map([
      ['s', ['S', 'ſ']],
      ['k', ['K', '\u212a']]
    ])
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.infiniteStream(fc.nat(2)), (name, choices) => {
        const other = [...name]
          .map((letter) => {
            const forms = [letter, ...(folded.get(letter) ?? [letter.toUpperCase()])]
            return forms[Number(choices.next().value) % forms.length]
          })
          .join('')
        fc.pre(other !== name)
        const parsed = parseActionRequest(JSON.stringify({ [other]: null }))
        expect(parsed).toMatchObject({ ok: false, error: { code: 'wrong_case', path: name } })
      })
    )
  })

  test.each(Object.entries(actionRequestLimits.maxLength))(
    'when %s is longer than %i, and not before',
    (name, max) => {
      expect(parseActionRequest(JSON.stringify({ [name]: 'x'.repeat(max) })).ok).toBe(true)
      const parsed = parseActionRequest(JSON.stringify({ [name]: 'x'.repeat(max + 1) }))
      const message = `${name}: expected at most ${max} characters, received ${max + 1}`
      expect(parsed).toEqual({ ok: false, error: { code: 'too_large', message, path: name } })
    }
  )

  test('when it has too many parts, or parts of a further action are too long', () => {
    const { maxActions, maxMetaMembers, maxMetaNameLength, maxMetaValueLength } =
      actionRequestLimits
    const members = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, '']))
    const fitting = [
      { actions: Array(maxActions).fill({}) },
      { meta: members(maxMetaMembers) },
      { meta: { ['n'.repeat(maxMetaNameLength)]: 'x'.repeat(maxMetaValueLength) } }
    ]
    for (const body of fitting) expect(parseActionRequest(JSON.stringify(body)).ok).toBe(true)
    const tooLarge: [object, string][] = [
      [{ actions: Array(maxActions + 1).fill({}) }, 'actions'],
      [{ meta: members(maxMetaMembers + 1) }, 'meta'],
      [{ meta: { ['n'.repeat(maxMetaNameLength + 1)]: '' } }, 'meta'],
      [{ meta: { a: 'x'.repeat(maxMetaValueLength + 1) } }, 'meta.a'],
      [{ actions: [{ scope: 'x'.repeat(257) }] }, 'actions[0].scope'],
      [{ actions: [{ meta: members(maxMetaMembers + 1) }] }, 'actions[0].meta']
    ]
    for (const [body, path] of tooLarge) {
      const parsed = parseActionRequest(JSON.stringify(body))
      expect(parsed).toMatchObject({ ok: false, error: { code: 'too_large', path } })
    }
  })

  test('when it is nested deeper than the limit', () => {
    const parsed = parseActionRequest(`{"x":${'['.repeat(64)}${']'.repeat(64)}}`)
    expect(parsed).toMatchObject({ ok: false, error: { code: 'too_deep' } })
  })

  test('by the limits of the caller where there are some', () => {
    const limits = { ...actionRequestLimits, maxDepth: 1, maxActions: 0 }
    expect(parseActionRequest('{"x":[]}', limits)).toMatchObject({ error: { code: 'too_deep' } })
    expect(readActionRequest({ actions: [{}] }, limits)).toMatchObject({
      error: { code: 'too_large' }
    })
  })

  test('with a message that repeats no value', () => {
    const secret = 'hunter2'
    const values = [secret, [secret], { [secret]: secret }, secret.repeat(200_000)]
    const names = ['scope', 'command', 'est_cost', 'meta', 'actions', 'reuse_approval', 'SCOPE']
    for (const name of names) {
      for (const value of values) {
        const parsed = parseActionRequest(JSON.stringify({ [name]: value }))
        if (!parsed.ok) expect(parsed.error.message).not.toContain(secret)
      }
    }
  })
})
