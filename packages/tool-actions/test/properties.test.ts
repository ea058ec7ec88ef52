import { actionRequestLimits, type FurtherAction, readActionRequest } from '@agentguard/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectLinear } from '../../../test/support/expect-linear.ts'
import { toolCallActions } from '../src/index.ts'
import { callOf, toolScope } from './kinds.ts'

const names =
  'path file filePath url uri href host domain command cmd content text body source destination args env operation method note where'
const anyName = fc.oneof(fc.constantFrom(...names.split(' ')), fc.string({ maxLength: 8 }))
const anyText = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    '/etc/shadow',
    'https://a.example/',
    '{"path":"/a"}',
    '[1',
    '~',
    'delete',
    '"',
    'ls; rm'
  )
)
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    anyText,
    fc.constantFrom(null, true, 0, 1.5, 1e21),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(anyName, tie('json'), { maxKeys: 5 })
  )
}))
const members = fc.dictionary(anyName, json, { maxKeys: 6 })
const tools = fc.oneof(
  fc.constantFrom(
    'fs:read',
    'fs:move_file',
    'net:fetch',
    'web:open',
    'sh:run',
    'data:put',
    'x:get',
    'hub:call_tool',
    'read_file',
    'bash',
    'fetch',
    'browser_click',
    'apply_patch',
    'str_replace_editor',
    ''
  ),
  fc.string({ maxLength: 10 })
)
const sources = fc.constantFrom('mcp' as const, 'llm' as const)

/** Everything that is asked about, the first action included. */
function all(
  action: FurtherAction & { readonly actions?: readonly FurtherAction[] }
): FurtherAction[] {
  return [action, ...(action.actions ?? [])]
}

const planted: readonly [
  names: readonly string[],
  value: string,
  find: (action: FurtherAction, value: string) => boolean
][] = [
  [
    [
      'path',
      'paths',
      'file',
      'files',
      'filename',
      'file_path',
      'filePath',
      'filepath',
      'directory',
      'dir',
      'folder',
      'cwd',
      'old_path',
      'new_path',
      'oldPath',
      'output_file'
    ],
    '/planted/a',
    ({ scope, path }, value) => scope === 'filesystem' && path === value
  ],
  [
    ['url', 'urls', 'uri', 'href', 'endpoint', 'base_url', 'targetUrl', 'anything', 'q'],
    'https://planted.example/x',
    ({ scope, url, domain }, value) =>
      /network|browser/.test(scope) && url === value && domain === 'planted.example'
  ],
  [
    ['host', 'hostname', 'domain', 'hosts', 'targetHost'],
    'planted.example',
    ({ scope, domain }, value) => /network|browser/.test(scope) && domain === value
  ],
  [
    ['command', 'cmd', 'command_line', 'shellCommand', 'commands'],
    'planted --now; x',
    ({ scope, command }, value) => scope === 'shell' && command === value
  ]
]

describe('whatever the arguments are', () => {
  test('a path, URL, host or command under any known name is among the actions', () => {
    fc.assert(
      fc.property(
        tools.filter((tool) => !/edit/.test(tool)),
        sources,
        fc.constantFrom(...planted),
        fc.nat(),
        members,
        fc.array(
          fc.oneof(
            fc.constant('list' as const),
            fc.constantFrom('options', 'items', 'body', 'x y')
          ),
          { maxLength: 6 }
        ),
        (name, source, [keys, value, find], pick, around, way) => {
          const key = keys[pick % keys.length] as string
          let inner: unknown = { [key]: value }
          for (const step of way) inner = step === 'list' ? [1, inner] : { [step]: inner }
          const action = toolCallActions(
            { name, arguments: { ...withoutCalls(around), planted: inner } },
            { source, toolScope }
          )
          expect(all(action).some((one) => find(one, value))).toBe(true)
        }
      ),
      { numRuns: 600 }
    )
  })

  test('their order changes nothing, and neither does text instead of a value', () => {
    fc.assert(
      fc.property(tools, sources, members, (name, source, args) => {
        const action = toolCallActions({ name, arguments: args }, { source, toolScope })
        const turned = toolCallActions({ name, arguments: reversed(args) }, { source, toolScope })
        const { arguments: text, ...meta } = turned.meta ?? {}
        expect({ ...turned, meta }).toEqual({ ...action, meta: withoutText(action.meta) })
        expect(text === undefined).toBe(action.meta?.['arguments'] === undefined)
        const asText = toolCallActions(
          { name, arguments: JSON.stringify(args) },
          { source, toolScope }
        )
        expect(asText).toEqual(action)
      }),
      { numRuns: 300 }
    )
  })

  test('text of any kind is read, and what comes of it is within the limits of the wire', () => {
    const texts = fc.oneof(
      members.map((args) => JSON.stringify(args)),
      fc.tuple(members, fc.nat(), anyText).map(([args, at, text]) => {
        const whole = JSON.stringify(args)
        return whole.slice(0, at % whole.length) + text + whole.slice(at % whole.length)
      }),
      fc.string({ unit: 'binary' })
    )
    fc.assert(
      fc.property(tools, sources, texts, (name, source, text) => {
        const action = toolCallActions({ name, arguments: text }, { source, toolScope })
        const wellFormed: unknown = JSON.parse(JSON.stringify(action))
        expect(readActionRequest(wellFormed)).toEqual({ ok: true, action: wellFormed })
        expect(action.actions?.length ?? 0).toBeLessThanOrEqual(actionRequestLimits.maxActions)
        if (!isObjectText(text)) expect(action.unknown_effect).toBeDefined()
      }),
      { numRuns: 600 }
    )
  })

  test('a further argument takes nothing away that is asked about in another scope or path', () => {
    fc.assert(
      fc.property(sources, members, anyName, json, (source, args, name, value) => {
        fc.pre(!Object.hasOwn(args, name))
        const options = { source, toolScope }
        const before = toolCallActions({ name: 'fs:read', arguments: withoutCalls(args) }, options)
        const after = toolCallActions(
          { name: 'fs:read', arguments: withoutCalls({ ...args, [name]: value }) },
          options
        )
        const paths = new Set(all(after).map(({ path }) => path))
        const lost = all(before).filter(({ path }) => path !== undefined && !paths.has(path))
        expect(lost).toEqual([])
      }),
      { numRuns: 300 }
    )
  })
})

/** Arguments that are not read as those of another call: that has its own tests. */
function withoutCalls(args: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).filter(([name]) => !/arg|param|input|tool/i.test(name))
  )
}

function withoutText(meta: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { arguments: _, ...rest } = meta
  return rest
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, one]) => [name, reversed(one)])
  )
}

function isObjectText(text: string): boolean {
  if (text.trim() === '') return true
  try {
    const value: unknown = JSON.parse(text)
    return value === null || (typeof value === 'object' && !Array.isArray(value))
  } catch {
    return false
  }
}

describe('arguments that are no JSON', () => {
  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle
  test.each<[string, unknown]>([
    ['a cycle', cycle],
    ['a function', { path: () => '/a' }],
    ['a big integer', { id: 1n }],
    ['an object of a class', { path: new Date(0) }],
    ['a map', new Map([['path', '/a']])]
  ])('%s is a TypeError', (_, args) => {
    expect(() => callOf('fs:read', args)).toThrow(TypeError)
  })

  test('a member that is undefined is absent', () => {
    expect(callOf('fs:read', { path: '/a', x: undefined })).toEqual(
      callOf('fs:read', { path: '/a' })
    )
  })
})

describe('arguments that are made to be slow', () => {
  const kinds: readonly [string, (size: number) => string][] = [
    ['a long path', (size) => JSON.stringify({ path: '/a'.repeat(size) })],
    [
      'names',
      (size) =>
        JSON.stringify(
          Object.fromEntries(Array.from({ length: size / 40 }, (_, at) => [`path_${at}`, 'a']))
        )
    ],
    ['spaces', (size) => JSON.stringify({ patch: ' \n'.repeat(size), path: ' '.repeat(size) })],
    ['headers of a patch', (size) => JSON.stringify({ patch: '--- a\n'.repeat(size / 3) })],
    ['quotes', (size) => '"'.repeat(size)],
    ['backslashes', (size) => `{"a":"${'\\'.repeat(size)}`],
    ['spaces after texts', (size) => `{"a":"b"${' '.repeat(size)}"c"${' '.repeat(size)}`],
    ['brackets in a text', (size) => JSON.stringify({ x: `${'['.repeat(size)}` })],
    ['upper case', (size) => JSON.stringify({ ['A'.repeat(size)]: '/a' })],
    [
      'calls in calls',
      (size) =>
        JSON.stringify(
          Array.from({ length: size / 100 }, () => ({
            tool_name: 'a',
            arguments: { tool_name: 'b', arguments: {} }
          }))
        )
    ]
  ]

  test.each(kinds)('%s: the time grows no faster than the size', (_, textOf) => {
    expectLinear((size) => callOf('x:apply_patch', textOf(size)), 512_000)
  })
})
