import { describe, expect, test } from 'vitest'
import { callOf, effectsOf } from './kinds.ts'

type Row = [tool: string, args: unknown, effects: string[]]

describe('of a tool that is mapped to filesystem, each path has its own verb', () => {
  test.each<Row>([
    ['fs:read_file', { path: '/a' }, ['read /a']],
    ['fs:write_file', { path: '/a', content: 'https://x.example/' }, ['write /a']],
    ['fs:move_file', { source: '/a', destination: '/b' }, ['delete /a', 'read /a', 'write /b']],
    ['fs:rename', { old_path: '/a', new_path: '/b' }, ['delete /a', 'read /a', 'write /b']],
    ['fs:rename', { path: '/a', new_name: 'b' }, ['delete /a', 'read /a', 'write /a', 'write b']],
    ['fs:copy_file', { src: '/a', dst: '/b' }, ['read /a', 'write /b']],
    ['fs:delete', { paths: ['/a', '/b'] }, ['delete /a', 'delete /b']],
    ['fs:search_files', { path: '/a', pattern: '*.ts' }, ['read /a']],
    ['fs:search_and_replace', { file: '/a' }, ['read /a', 'write /a']],
    ['fs:manage', { path: '/a' }, ['/a', 'read /a', 'write /a']],
    ['fs:manage', { operation: 'delete', path: '/a' }, ['delete /a']],
    ['fs:edit', { edits: [{ file: '/a', old_string: '/x', new_string: '/y' }] }, ['write /a']],
    ['fs:read_file', { path: '/a', output_file: '/b' }, ['read /a', 'read /b', 'write /b']],
    [
      'fs:read',
      { directory: '/etc', filename: 'shadow' },
      ['read /etc', 'read /etc/shadow', 'read shadow']
    ],
    ['fs:read', { thing: '~/x', other: 'words' }, ['read', 'read ~/x']],
    ['fs:read', { uri: 'file:///a' }, ['network? connect file:///a', 'read file:///a']]
  ])('%s %j', (tool, args, effects) => {
    const lines = effectsOf(tool, args).map((line) => line.replace(/^filesystem /, ''))
    const withoutName = lines.map((line) =>
      line.endsWith(tool) ? line.slice(0, -tool.length - 1) : line
    )
    expect(withoutName.sort()).toEqual(effects)
  })
})

describe('of other tools', () => {
  test.each<Row>([
    ['net:http_get', { url: 'https://a.example/' }, ['network GET https://a.example/']],
    [
      'net:request',
      { method: 'post', uri: 'https://a.example/' },
      ['network POST https://a.example/']
    ],
    [
      'net:call',
      { urls: ['https://a.example/'], note: 'https://b.example/x y' },
      ['network connect https://a.example/', 'network connect https://b.example/x']
    ],
    [
      'net:call',
      { host: 'a.example', path: '/api' },
      ['filesystem? read /api', 'filesystem? write /api', 'network connect a.example']
    ],
    [
      'net:download',
      { url: 'https://a.example/', output_path: '/b' },
      ['filesystem! write /b', 'network connect https://a.example/']
    ],
    [
      'net:fetch',
      { url: 'file:///etc/shadow' },
      [
        'filesystem! read file:///etc/shadow',
        'filesystem! write file:///etc/shadow',
        'network connect file:///etc/shadow'
      ]
    ],
    [
      'web:type',
      { text: 'https://a.example/' },
      ['browser type web:type', 'browser? type https://a.example/']
    ],
    ['sh:run', { command: 'ls' }, ['shell ls']],
    [
      'sh:run',
      { command: ['git', 'commit', '-m', "it's; rm x"] },
      ["shell git commit -m 'it'\\''s; rm x'", "shell git commit -m 'it'\\''s; rm x'"]
    ],
    ['sh:run', { command: 'git', args: ['push', '-f'] }, ['shell git', 'shell git push -f']],
    ['sh:run', { commands: ['a', ['b', 'c d']] }, ['shell a', "shell b 'c d'"]],
    ['sh:git', { args: ['push'] }, ['shell sh:git push', 'shell? git push']],
    ['sh:exec', { argv: ['a', 'b'] }, ['shell a b']],
    ['sh:exec', { argv: ['A=b', 'c', '--d=e', ''] }, ["shell 'A=b' c --d=e ''"]],
    ['x:memory_exec', { command: 'reboot' }, ['shell! reboot']],
    ['sh:run', { command: 'ls', input: 'x', title: 't' }, ['shell ls', 'shell? t', 'shell? x']],
    [
      'sh:run',
      { command: 'ls -a', shell: '/x/y' },
      ['filesystem? read /x/y', 'filesystem? write /x/y', 'shell ls -a', "shell /x/y -c 'ls -a'"]
    ],
    [
      'sh:run',
      { command: 'ls', cwd: '/etc' },
      ['filesystem! read /etc', 'filesystem! write /etc', 'shell ls', 'shell? cd /etc && ls']
    ],
    ['sh:run', { command: 'ls', env: { A: 'b c' } }, ["shell A='b c' ls", 'shell ls']],
    ['sh:run', { code: 'x()' }, ['shell x()']],
    ['data:send', { text: 'a', more: ['b'] }, ['data form_input a', 'data form_input b']],
    ['x:note', { body: 'see https://a.example/ and /etc/shadow', message: '/etc/shadow' }, []],
    ['x:note', { link: 'https://a.example/' }, ['network? connect https://a.example/']],
    ['x:lookup', { code: 'US', source: 'en', target: 'de' }, ['shell? US']],
    ['x:get', { path: 'src/a.ts' }, ['filesystem? read src/a.ts']],
    ['x:get', { path: '/etc/shadow' }, ['filesystem! read /etc/shadow']],
    ['x:get', { command: 'rm x' }, ['shell! rm x']],
    ['x:get', { where: { deep: [{ file: '/a' }] } }, ['filesystem! read /a']],
    [
      'x:get',
      { payload: '{"path":"/a","inner":"[{\\"url\\":\\"https://a.example/\\"}]"}' },
      ['filesystem! read /a', 'network! connect https://a.example/']
    ],
    ['x:str_replace_based_edit_tool', { command: 'view', path: '/a' }, ['filesystem! read /a']],
    [
      'x:str_replace_based_edit_tool',
      { command: 'create', path: '/a', file_text: 'rm' },
      ['filesystem! write /a']
    ],
    [
      'x:apply_patch',
      { input: '*** Begin Patch\n*** Delete File: a\n*** Add File: b\n*** End Patch' },
      ['filesystem! delete a', 'filesystem! write b']
    ],
    [
      'x:git_apply',
      { diff: '--- a/x.ts\n+++ b/x.ts\n@@ -1 +1 @@' },
      [
        'filesystem! read a/x.ts',
        'filesystem! read b/x.ts',
        'filesystem! read x.ts',
        'filesystem! write a/x.ts',
        'filesystem! write b/x.ts',
        'filesystem! write x.ts'
      ]
    ]
  ])('%s %j', (tool, args, effects) => {
    expect(effectsOf(tool, args)).toEqual([...new Set(effects)].sort())
  })

  test('a tool that is called through another one is judged as itself', () => {
    const inner = { tool_name: 'fs:delete_file', arguments: { path: '/a' } }
    const expected = ['filesystem delete /a', 'mcp_tool fs:delete_file']
    expect(effectsOf('hub:call_tool', inner)).toEqual(expected)
    expect(effectsOf('hub:call_tool', { ...inner, arguments: '{"path":"/a"}' })).toEqual(expected)
    expect(
      effectsOf('hub:all', {
        calls: [{ server_name: 'fs', tool: 'delete_file', params: { path: '/a' } }]
      })
    ).toEqual(expected)
    expect(effectsOf('hub:call_tool', { tool_name: 'rm' })).toEqual(['mcp_tool rm'])
  })

  test('a schema adds what a name does not say, and takes nothing away but a choice', () => {
    const schema = {
      type: 'object',
      properties: {
        where: { type: 'string', format: 'uri' },
        PATH: { type: 'string' },
        command: { enum: ['status'] }
      }
    }
    expect(effectsOf('x:get', { where: 'a.example/x' }, schema)).toEqual([
      'network! connect a.example/x'
    ])
    expect(effectsOf('x:get', { command: 'status' }, schema)).toEqual([])
    expect(effectsOf('x:get', { command: 'rm x' }, schema)).toEqual(['shell! rm x'])
    expect(callOf('x:get', { PATH: '/a' }, schema).unknown_effect).toBeUndefined()
  })
})
