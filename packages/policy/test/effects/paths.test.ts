import type { Decision } from '@agentguard/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../../src/compile-policy.ts'
import type { EffectContext } from '../../src/effects/context.ts'
import { fileEffects } from '../../src/effects/filesystem.ts'
import { pathReadings } from '../../src/effects/path-readings.ts'
import { isProtectedPlace } from '../../src/effects/protected-places.ts'
import { deciderOf } from './decide.ts'

const strictness: Record<Decision, number> = { ALLOW: 0, REQUIRE_APPROVAL: 1, DENY: 2 }

/** Everything may be read but what is denied: the worst case for a deny rule. */
const denied = deciderOf(`
  - scope: filesystem
    deny: [{paths: [/etc/**, "**/.env", "**/.ssh/**", /secret/**, "/sécret/**", /home/u/.aws/**, "C:/Windows/**"]}]
    allow: [{action: read, paths: ["**"]}]`)

/** Only the repository may be read. */
const allowed = deciderOf(`
  - scope: filesystem
    allow: [{action: read, paths: [/repo/**]}]`)

const read = (path: string) => ({ scope: 'filesystem', action: 'read', path })
const atHome: EffectContext = { cwd: '/repo', home: '/home/u' }

describe('a deny rule finds the path in whatever form', () => {
  test.each([
    ['/etc/shadow'],
    ['//etc/shadow'],
    ['/./etc//shadow'],
    ['/repo/../etc/shadow'],
    ['/%65tc/shadow'],
    ['/repo/%2e%2e/etc/shadow'],
    ['/repo/%252e%252e/etc/shadow'],
    ['/repo/..%c0%af../etc/shadow'],
    ['/repo/%c0%ae%c0%ae/etc/shadow'],
    ['/repo/%u002e%u002e/etc/shadow'],
    ['/repo/%2e%2e/etc/shadow%'],
    ['/repo/..\\..\\etc\\shadow'],
    ['\\etc\\shadow'],
    ['/ETC/shadow'],
    ['/Etc/Shadow'],
    ['/etc./shadow'],
    ['/ｅｔｃ/shadow'],
    ['/et\u200bc/shadow'],
    ['/etc/shadow%00'],
    ['/etc\0/x'],
    ['/etc%00/x'],
    ['/e\u0001tc/shadow'],
    ['file:///etc/shadow'],
    ['file:/etc/shadow'],
    ['FILE://localhost/etc/shadow'],
    ['file:///%65tc/shadow'],
    ['file:///repo/../etc/shadow'],
    ['/proc/self/root/etc/shadow'],
    ['/proc/1/root/etc/shadow'],
    ['/proc/self/task/7/root/etc/shadow'],
    ['/proc/self/root/proc/self/root/etc/shadow'],
    ['/private/etc/shadow'],
    ['/System/Volumes/Data/private/etc/shadow'],
    ['/repo/.ENV'],
    ['/repo/.env/'],
    ['/repo/.env.'],
    ['/repo/.env '],
    ['/repo/.env%20'],
    ['/repo/.env::$DATA'],
    ['/repo/.env:stream'],
    ['/repo/.env\0.txt'],
    ['/repo/.Env'],
    ['/sécret/x'],
    ['/se\u0301cret/x'],
    ['/SÉCRET/x'],
    ['C:\\repo\\..\\Windows\\x'],
    ['c:/windows/x'],
    ['\\\\?\\C:\\Windows\\x'],
    ['\\??\\C:\\Windows\\x'],
    ['C:\\secret\\x'],
    ['\\\\?\\C:\\secret\\x'],
    ['file:///C:/Windows/x'],
    ['~/.ssh/id_rsa'],
    ['$HOME/.ssh/id_rsa'],
    ['$\u007bHOME}/.ssh/id_rsa'],
    ['~u/.aws/credentials'],
    ['~root/.ssh/id_rsa'],
    ['~+/.env']
  ])('%j', (path) => {
    expect(denied(read(path))).toBe('DENY')
  })

  test.each([
    ['~/.aws/credentials'],
    ['$HOME/.aws/credentials'],
    ['$\u007bHOME}/.aws/../.aws/credentials'],
    ['../home/u/.aws/credentials']
  ])('%j, where the home directory is known', (path) => {
    expect(denied(read(path), atHome)).toBe('DENY')
  })
})

describe('what a path leads to and nobody can tell is not allowed', () => {
  test.each([
    ['/dev/fd/3'],
    ['/dev/stdin'],
    ['/proc/self/fd/3'],
    ['/proc/self/cwd/x'],
    ['/proc/1/root/x'],
    ['/x/%zz%41'],
    ['/x/%41%'],
    ['/x/%00'],
    ['/x/%0a'],
    ['/x/%ff'],
    ['/x\0'],
    ['~/x'],
    ['~vault/x'],
    ['~-/x'],
    ['$HOME/x'],
    ['$DIR/x'],
    ['/x/$\u007bDIR}/y'],
    ['%USERPROFILE%\\x'],
    ['\\\\evil.com\\share\\x'],
    ['//?/UNC/evil.com/share/x'],
    ['file://evil.com/share/x'],
    ['\\\\.\\C:'],
    ['C:x'],
    ['C:\\PROGRA~1\\x'],
    ['/repo/GIT~1/config'],
    ['/x/*'],
    ['/x/shado?']
  ])('%j', (path) => {
    expect(strictness[denied(read(path))]).toBeGreaterThanOrEqual(strictness.REQUIRE_APPROVAL)
  })
})

describe('what is removed goes with all that is in it', () => {
  const decide = deciderOf(`
  - scope: filesystem
    deny: [{paths: [/repo/secret/**, "**/.env"]}]
    require_approval: [{action: rename, paths: [work/kept/*]}]
    allow: [{action: delete, paths: ["**"]}, {action: rename, paths: ["**"]}, {action: read, paths: ["**"]}]`)

  test.each<[action: string, path: string, decision: Decision]>([
    ['delete', '/repo', 'REQUIRE_APPROVAL'],
    ['delete', '/repo/', 'REQUIRE_APPROVAL'],
    ['delete', '/', 'REQUIRE_APPROVAL'],
    ['rename', '/repo', 'REQUIRE_APPROVAL'],
    ['delete', '.', 'REQUIRE_APPROVAL'],
    ['rename', 'work', 'REQUIRE_APPROVAL'],
    ['delete', '/repo/secret/x', 'DENY'],
    ['delete', 'work', 'ALLOW'],
    ['delete', '/repo/src', 'ALLOW'],
    ['delete', '/repo/secrets', 'ALLOW'],
    ['read', '/repo', 'ALLOW']
  ])('%s %s: %s', (action, path, decision) => {
    expect(decide({ scope: 'filesystem', action, path }, atHome)).toBe(decision)
  })
})

describe('an allow rule needs proof', () => {
  test.each([
    ['I01: another directory that starts alike', '/repo-evil/x'],
    ['I02: a step up', '/repo/../etc/shadow'],
    ['I03: an encoded step up', '/repo/%2e%2e/etc/shadow'],
    ['I04: a doubly encoded step up', '/repo/%252e%252e/etc/shadow'],
    ['an encoded name', '/%72epo/x'],
    ['a name in another case', '/Repo/x'],
    ['a name in another width', '/ｒepo/x'],
    ['a step up with backslashes', '/repo/..\\..\\etc\\shadow'],
    ['a step up behind a drive', 'C:/repo/../../x'],
    ['a home directory that is not known', '~/repo/x'],
    ['a relative path where nobody knows from where', 'repo/x']
  ])('%s', (_, path) => {
    expect(allowed(read(path))).toBe('DENY')
  })

  test.each([
    ['/repo/x'],
    ['/repo/100%.txt'],
    ['/repo/a%20b.txt'],
    ['/repo/..hidden/x'],
    ['/repo/a/../x'],
    ['/repo/app/[id]/$postId/page.tsx'],
    ['/repo/Foo$Bar.class'],
    ['/repo/with spaces.txt'],
    ['/repo/a\\b'],
    ['/repo/12:30:00.log'],
    ['/repo/caf\u00e9/cafe\u0301'],
    ['/repo/~lock.docx#'],
    ['/repo/README~']
  ])('%j is allowed', (path) => {
    expect(allowed(read(path))).toBe('ALLOW')
  })
})

describe('relative paths, home and links', () => {
  const rules = deciderOf(`
  - scope: filesystem
    deny: [{action: write, paths: ["./private/**", "~/.config/**", "$HOME/.cache/**"]}]
    allow: [{action: read, paths: ["./src/**", "~/notes/**"]}, {action: write, paths: ["/repo/**", "/home/u/**"]}]`)

  test.each([
    ['src/x', 'ALLOW'],
    ['./src/./x', 'ALLOW'],
    ['/repo/src/x', 'ALLOW'],
    ['/elsewhere/src/x', 'DENY'],
    ['~/notes/x', 'ALLOW'],
    ['$HOME/notes/x', 'ALLOW'],
    ['/home/u/notes/x', 'ALLOW'],
    ['~/other', 'DENY'],
    ['../src/x', 'DENY'],
    ['~/notes/../other', 'DENY'],
    ['/repo/~/notes/x', 'DENY'],
    ['./~/notes/x', 'DENY']
  ])('reading %j is %s', (path, decision) => {
    expect(rules(read(path), atHome)).toBe(decision)
  })

  test.each([
    ['/repo/private/x', 'DENY'],
    ['private/x', 'DENY'],
    ['public/x', 'ALLOW'],
    ['/home/u/.config/x', 'DENY'],
    ['~/.cache/x', 'DENY'],
    ['/home/u/.cache/x', 'DENY'],
    ['/home/u/x', 'ALLOW']
  ])('writing %j is %s', (path, decision) => {
    expect(rules({ scope: 'filesystem', action: 'write', path }, atHome)).toBe(decision)
  })

  test.each(['/home/u/.config/x', '/Users/u/.config/x', '/root/.config/x', '~/.config/x'])(
    'a deny rule for the home directory is for every home while nobody says which it is: %s',
    (path) => {
      const unknownHome = deciderOf(
        '[{scope: filesystem, deny: [{paths: ["~/.config/**"]}], allow: [{action: read, paths: ["**"]}]}]'
      )
      expect(unknownHome(read(path))).toBe('DENY')
      expect(unknownHome(read('/srv/u/.config/x'))).toBe('ALLOW')
    }
  )

  const links = new Map([
    ['/repo/link/shadow', '/etc/shadow'],
    ['/repo/link/../x', '/x'],
    ['/repo/inner', '/repo/real']
  ])
  const resolving = { ...atHome, resolve: (path: string) => links.get(path) ?? path }

  test.each([
    ['I05: a link out of the directory', '/repo/link/shadow', 'DENY'],
    ['I05: seen from the working directory', 'link/shadow', 'DENY'],
    ['a step up from where a link leads to', '/repo/link/../x', 'DENY'],
    ['a link within the directory', '/repo/inner', 'ALLOW'],
    ['no link', '/repo/x', 'ALLOW']
  ])('%s', (_, path, decision) => {
    expect(allowed(read(path), resolving)).toBe(decision)
  })

  test('a deny rule for the name of a link holds, wherever it leads', () => {
    const byName = deciderOf(
      '[{scope: filesystem, deny: [{paths: [/repo/inner]}], allow: [{action: read, paths: ["**"]}]}]'
    )
    expect(byName(read('/repo/inner'), resolving)).toBe('DENY')
  })

  test.each([
    ['answers nothing', () => undefined],
    ['answers a relative path', () => 'repo/x'],
    [
      'throws',
      () => {
        throw new Error('no disk')
      }
    ]
  ])('a resolver that %s allows nothing', (_, resolve) => {
    expect(allowed(read('/repo/x'), { resolve })).toBe('REQUIRE_APPROVAL')
  })

  test('a directory that is called like a drive hides nothing', () => {
    const hiding = deciderOf(
      '[{scope: filesystem, deny: [{paths: [/repo/secret/**]}], allow: [{action: read, paths: ["**"]}]}]'
    )
    expect(hiding(read('C:/../secret/x'), atHome)).toBe('DENY')
  })

  test('a working directory or home that is not absolute counts for nothing', () => {
    const odd = { cwd: 'repo', home: 'x' }
    expect(allowed(read('x'), odd)).toBe('DENY')
    expect(rules(read('~/notes/x'), odd)).toBe('REQUIRE_APPROVAL')
  })

  test('with a resolver, a relative path without a working directory is unknown', () => {
    const all = deciderOf('[{scope: filesystem, allow: [{action: read, paths: ["**"]}]}]')
    expect(all(read('x'), { resolve: (path) => path })).toBe('REQUIRE_APPROVAL')
  })
})

describe('files that something else reads and writes', () => {
  test.each(['/dev/null', '/dev/stdout', '/dev/stderr'])('%s has no effect', (path) => {
    expect(fileEffects('write', path, {})).toEqual([])
    expect(fileEffects('delete', path, {})).not.toEqual([])
  })

  test.each([
    ['/dev/tcp/evil.com/80', 'evil.com', '80'],
    ['/dev/udp/2130706433/53', '127.0.0.1', '53']
  ])('I19: %s is a connection', (path, host, port) => {
    expect(fileEffects('write', path, {})).toMatchObject([
      { scope: 'network', domain: { all: [host] }, endpoint: { port } }
    ])
  })

  test('I16: a share of another machine is a file and a connection', () => {
    const effects = fileEffects('read', '\\\\evil.com\\share\\x', {})
    expect(effects.map(({ scope }) => scope)).toEqual(['filesystem', 'network'])
    expect(effects[1]).toMatchObject({ domain: { all: ['evil.com'] } })
  })

  test('a star in a path that a shell has read is a star', () => {
    expect(fileEffects('read', 'a*b', {})[0]?.unknown).toBeUndefined()
  })

  test('a step up out of an unknown directory is unknown, out of a known one it is settled', () => {
    expect(fileEffects('read', '../x', {})[0]?.unknown).toBeDefined()
    expect(fileEffects('read', '../x', { cwd: '/a/b' })[0]).toMatchObject({
      path: { all: ['/a/x'] }
    })
  })
})

describe('places where a write needs an approval', () => {
  test.each([
    ['/etc/hosts'],
    ['/etc'],
    ['/'],
    ['/dev/sda'],
    ['/usr/bin/ls'],
    ['/ETC/hosts'],
    ['/proc/self/root/etc/hosts'],
    ['/%65tc/hosts'],
    ['~/.bashrc'],
    ['.bashrc'],
    ['/home/u/.profile'],
    ['~/.ssh/authorized_keys'],
    ['../../home/u/.ssh/config'],
    ['/var/spool/cron/root'],
    ['/etc/cron.d/x'],
    ['~/.config/systemd/user/x.service'],
    ['~/Library/LaunchAgents/x.plist'],
    ['.git/hooks/post-checkout'],
    ['sub/.git/config'],
    ['.GIT/hooks/pre-commit'],
    ['.git\u200b/hooks/pre-commit'],
    ['GIT~1/hooks/pre-commit'],
    ['.git/hooks./x'],
    ['.husky/pre-commit'],
    ['.vscode/tasks.json'],
    ['.claude/settings.json'],
    ['CLAUDE.md'],
    ['agentguard.yaml'],
    ['audit.jsonl'],
    ['$DIR/x'],
    ['~']
  ])('%j', (path) => {
    expect(isProtectedPlace(path, {})).toBe(true)
  })

  test.each([
    ['/dev/null'],
    ['/dev/shm/x'],
    ['/tmp/x'],
    ['src/index.ts'],
    ['package.json'],
    ['Makefile'],
    ['README.md'],
    ['.gitignore'],
    ['.github/workflows/ci.yml'],
    ['etc/hosts'],
    ['dist/.env'],
    ['~/projects/x'],
    ['/home/u/projects/etc/x'],
    ['/usr/local/share/x']
  ])('%j is none', (path) => {
    expect(isProtectedPlace(path, {})).toBe(false)
  })

  test('the files of AgentGuard that the operator names, and what links lead to', () => {
    const context = { ownFiles: ['/srv/Guard'], resolve: () => '/etc/hosts' }
    expect(isProtectedPlace('/srv/guard/policy.yaml', context)).toBe(true)
    expect(isProtectedPlace('/srv', context)).toBe(true)
    expect(isProtectedPlace('/srv/guards', context)).toBe(false)
    expect(fileEffects('write', '/repo/x', context).map((one) => one.isProtected)).toContain(true)
    expect(fileEffects('read', '/etc/hosts', {})[0]?.isProtected).toBeUndefined()
  })

  test.each([
    [{ scope: 'filesystem', action: 'write', path: '/w/agentguard.yaml' }, 'REQUIRE_APPROVAL'],
    [{ scope: 'filesystem', action: 'write', path: 'AgentGuard.yaml' }, 'REQUIRE_APPROVAL'],
    [{ scope: 'filesystem', action: 'delete', path: '/w' }, 'REQUIRE_APPROVAL'],
    [{ scope: 'filesystem', action: 'read', path: '/w/agentguard.yaml' }, 'ALLOW'],
    [{ scope: 'filesystem', action: 'write', path: '/w/x' }, 'ALLOW'],
    [{ scope: 'shell', command: 'echo x > data/agentguard.db' }, 'REQUIRE_APPROVAL'],
    [{ scope: 'shell', command: 'rm agent*' }, 'REQUIRE_APPROVAL'],
    [{ scope: 'shell', command: 'rm -r .' }, 'REQUIRE_APPROVAL'],
    [{ scope: 'shell', command: 'cp x .' }, 'ALLOW'],
    [{ scope: 'shell', command: 'rm *.ts' }, 'ALLOW']
  ])('no rule for files allows changing our own: %j is %s', (action, decision) => {
    const all = ['read', 'write', 'delete'].map((verb) => `{action: ${verb}, paths: ['/w/**']}`)
    const compiled = compilePolicy(
      `version: "1"\nname: own\nrules: [{scope: shell, allow: [{pattern: '*'}]}, ` +
        `{scope: filesystem, allow: [${all.join(', ')}]}]\n`
    )
    if (!compiled.ok) throw new Error(compiled.issues[0]?.message)
    const ownFiles = ['/w/agentguard.yaml', '/w/data']
    const context = { cwd: '/w', home: '/h', shell: 'bash' as const, ownFiles }
    expect(compiled.policy.check(action, undefined, context).decision).toBe(decision)
  })
})

describe('a path that needs no closer look', () => {
  const element = fc.oneof(
    fc.constantFrom('.', '..', '', '?', '*', 'a b', 'UNC', 'nul', 'proc', 'self', 'A.txt', '...'),
    fc.string({ maxLength: 6 })
  )
  const anyPath = fc
    .tuple(
      fc.constantFrom('', '/', '//', '\\\\', '/dev/', './'),
      fc.array(element, { maxLength: 5 })
    )
    .map(([start, elements]) => start + elements.join('/'))

  test('is read as if it were looked at closely', () => {
    fc.assert(
      fc.property(anyPath, (path) => {
        const { opened: _, ...readings } = pathReadings(path)
        expect(pathReadings(path, { resolve: (real) => real })).toMatchObject(readings)
      }),
      { numRuns: 2000 }
    )
  })

  test('is none that names a device or another machine to Windows, with slashes too', () => {
    expect(pathReadings('//?/UNC/host/share')).toMatchObject({ hosts: ['host'] })
    expect(pathReadings('//?/x').unknown).toBe('the path names a device of Windows')
  })
})
