import { describe, expect, test } from 'vitest'
import { toolCallActions } from '../src/index.ts'

type Row = [tool: string, args: object, projected: object]

function llm(name: string, args: object, toolScope?: (tool: string) => string | undefined) {
  const options = toolScope ? { source: 'llm' as const, toolScope } : { source: 'llm' as const }
  const {
    meta: _,
    actions: __,
    unknown_effect: ___,
    ...top
  } = toolCallActions({ name, arguments: JSON.stringify(args) }, options)
  return top
}

describe('the action of the LLM proxy', () => {
  test.each<Row>([
    ['bash', { cmd: 'b', command: 'a' }, { command: 'a' }],
    ['bash', { code: 'c', script: 'b' }, { command: 'b' }],
    ['bash', { command: '', cmd: 'b' }, { command: 'b' }],
    ['exec', { args: 'x y' }, { command: 'exec x y' }],
    ['bash', {}, { command: 'bash' }]
  ])('of %s with %j is in shell', (tool, args, projected) => {
    expect(llm(tool, args)).toEqual({ scope: 'shell', ...projected })
  })

  test.each<Row>([
    ['read_file', { path: '/a' }, { action: 'read', command: 'read_file /a', path: '/a' }],
    [
      'edit_file',
      { file_path: '/b', path: 3 },
      { action: 'write', command: 'edit_file /b', path: '/b' }
    ],
    [
      'delete_file',
      { dst: '/c', src: '/b' },
      { action: 'delete', command: 'delete_file /b', path: '/b' }
    ],
    ['file_write', { path: '/a' }, { command: 'file_write /a', path: '/a' }],
    ['ls', {}, { command: 'ls' }]
  ])('of %s with %j is in filesystem', (tool, args, projected) => {
    expect(llm(tool, args)).toEqual({ scope: 'filesystem', ...projected })
  })

  test.each<Row>([
    [
      'fetch_url',
      { url: 'https://U:p@Ex.COM:8443/x?q#f' },
      {
        command: 'fetch_url https://U:p@Ex.COM:8443/x?q#f',
        domain: 'Ex.COM',
        url: 'https://U:p@Ex.COM:8443/x?q#f'
      }
    ],
    [
      'fetch',
      { uri: 'http://[::1]:80/' },
      { command: 'fetch http://[::1]:80/', domain: '::1', url: 'http://[::1]:80/' }
    ],
    ['fetch', { endpoint: 'evil.com/x' }, { command: 'fetch evil.com/x', url: 'evil.com/x' }],
    ['fetch', { url: 'http://a b/' }, { command: 'fetch http://a b/', url: 'http://a b/' }],
    [
      'http_get',
      { host: 'a.example', hostname: 'b.example' },
      { command: 'http_get', domain: 'a.example' }
    ],
    ['web_search', { query: 'cats' }, { command: 'web_search' }]
  ])('of %s with %j is in network', (tool, args, projected) => {
    expect(llm(tool, args)).toEqual({ scope: 'network', ...projected })
  })

  test('in browser has the tool as its verb, and in data the text as its command', () => {
    expect(llm('browser_navigate', { url: 'https://a.example/' })).toEqual({
      scope: 'browser',
      action: 'browser_navigate',
      command: 'browser_navigate https://a.example/',
      domain: 'a.example',
      url: 'https://a.example/'
    })
    const toolScope = () => 'data'
    expect(llm('say', { data: 'd', text: 't' }, toolScope)).toEqual({ scope: 'data', command: 't' })
    expect(llm('say', { x: 't' }, toolScope)).toEqual({ scope: 'data', command: 'say' })
  })

  test('reads the verb of a tool with a server in its name from the rest of the name', () => {
    const toolScope = () => 'filesystem'
    expect(llm('mcp__fs__write_file', { path: '/a' }, toolScope)).toMatchObject({ action: 'write' })
    expect(llm('fs:read_file', { path: '/a' }, toolScope)).toMatchObject({ action: 'read' })
  })
})

describe('what the MCP gateway asks', () => {
  const toolScope = (tool: string) => tool.split(':')[0]
  const mapped = (name: string, args: object) => {
    const options = { source: 'mcp' as const, toolScope }
    const { actions = [], ...top } = toolCallActions({ name, arguments: args }, options)
    expect(top).toMatchObject({ scope: 'mcp_tool', command: name })
    expect(top).not.toHaveProperty('path')
    return actions
  }

  test('is about the tool by its full name, and about nothing else of a tool without arguments', () => {
    expect(toolCallActions({ name: 'fs:echo' }, { source: 'mcp' })).toEqual({
      scope: 'mcp_tool',
      command: 'fs:echo',
      meta: { namespace: 'fs', tool_name: 'echo', transport: 'mcp_gateway' }
    })
  })

  test.each<Row>([
    ['filesystem:read_file', { path: '/a', file_path: '/b' }, { action: 'read', path: '/a' }],
    ['filesystem:frobnicate', { path: '/a' }, { path: '/a' }],
    [
      'browser:go',
      { url: 'http://d.com/' },
      { action: 'go', url: 'http://d.com/', domain: 'd.com' }
    ],
    ['shell:sh2', { args: 'x y' }, { command: 'shell:sh2 x y' }],
    ['shell:sh2', { script: 's' }, { command: 's' }],
    [
      'data:put',
      { text: 'T', url: 'http://d.com/' },
      { action: 'form_input', command: 'T', domain: 'd.com', url: 'http://d.com/' }
    ],
    ['network:ping', {}, {}],
    ['cost:pay', { path: '/a' }, {}]
  ])('about %s with %j is the second check of version 1.0 too', (tool, args, projected) => {
    expect(mapped(tool, args)).toContainEqual({
      command: tool,
      scope: tool.split(':')[0],
      ...projected
    })
  })

  test('is about each thing by itself where the scope of the tool knows them all', () => {
    const get = { scope: 'network', action: 'GET', command: 'network:get' }
    expect(mapped('network:get', { url: 'http://d.com/', host: 'e.com' })).toEqual([
      { ...get, domain: 'd.com', url: 'http://d.com/' },
      { ...get, domain: 'e.com' }
    ])
    // Anybody can add an argument that a tool ignores, so it cannot stand for the call.
    expect(mapped('filesystem:delete_all', { note: '/tmp/a' })).toContainEqual({
      scope: 'filesystem',
      action: 'delete',
      command: 'filesystem:delete_all'
    })
  })

  test('has each argument in meta, unredacted, as version 1.0 writes it', () => {
    const args = {
      a: '<s>&',
      big: 1e21,
      f: 1.5,
      n: null,
      o: { b: '<', a: [1, 2] },
      t: true,
      password: 'p'
    }
    const { meta } = toolCallActions({ name: 'fs:echo', arguments: args }, { source: 'mcp' })
    expect(meta).toMatchObject({
      arg_a: '<s>&',
      arg_f: '1.5',
      arg_n: 'null',
      arg_o: '{"a":[1,2],"b":"\\u003c"}',
      arg_t: 'true',
      arg_password: 'p'
    })
  })
})
