import type { Decision } from '@agentguard/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../src/compile-policy.ts'
import { unknownContext } from '../src/effects/context.ts'
import type { Effect } from '../src/effects/effect.ts'
import { effectsOf } from '../src/effects/table.ts'
import { runs } from './arbitrary/runs.ts'

const strictness: Record<Decision, number> = { ALLOW: 0, REQUIRE_APPROVAL: 1, DENY: 2 }

function deciderOf(rules: string): (command: string) => Decision {
  const compiled = compilePolicy(`version: "1"\nname: p\nrules: ${rules}\n`)
  if (!compiled.ok) throw new Error(compiled.issues[0]?.message)
  return (command) => compiled.policy.check({ scope: 'shell', command }).decision
}

const allow =
  'allow: [{pattern: ls *}, {pattern: echo *}, {pattern: cat *}, {pattern: git *}, {pattern: cd *}, {pattern: true}]'
const few = deciderOf(`[{scope: shell, ${allow}}]`)
const denying = deciderOf(
  `[{scope: shell, deny: [{pattern: rm *}, {pattern: git push*}], ${allow}}]`
)
const wide = deciderOf("[{scope: shell, deny: [{pattern: rm *}], allow: [{pattern: '*'}]}]")

const words = fc.constantFrom(
  ...[
    'a',
    '-la',
    'src/x.ts',
    "'a b'",
    '"$X"',
    '$Y',
    '*.ts',
    '--all',
    '$(ls b)',
    'a\\ b',
    '"a;b"',
    '{a,b}',
    '~',
    'a#x'
  ]
)
const programs = fc.constantFrom(
  'ls',
  'echo',
  'cat',
  'git status',
  'rm',
  'git push',
  'nc',
  './ls',
  'true'
)
const commands = fc
  .tuple(programs, fc.array(words, { maxLength: 3 }))
  .map(([program, args]) => [program, ...args].join(' '))

const separators = fc.constantFrom('; ', ' && ', ' || ', ' | ', '\n', ' & ')

describe('a command line', () => {
  test('a further deny rule loosens nothing', () => {
    fc.assert(
      fc.property(commands, separators, commands, (a, separator, b) => {
        const line = a + separator + b
        expect(strictness[denying(line)]).toBeGreaterThanOrEqual(strictness[few(line)])
      }),
      runs(1000)
    )
  })

  test('is allowed only if each of its commands alone is', () => {
    fc.assert(
      fc.property(
        fc.array(commands, { minLength: 2, maxLength: 4 }),
        separators,
        (parts, separator) => {
          fc.pre(few(parts.join(separator)) === 'ALLOW')
          for (const part of parts) expect(few(part), part).toBe('ALLOW')
        }
      ),
      runs(1000)
    )
  })

  test('has the effects of its parts', () => {
    fc.assert(
      fc.property(commands, fc.constantFrom('\n', '; ', ' && '), commands, (a, separator, b) => {
        const texts = (command: string): string[] => execTexts(command)
        const together = texts(a + separator + b)
        for (const text of [...texts(a), ...texts(b)]) expect(together).toContain(text)
      }),
      runs(1000)
    )
  })
})

/** The commands that a line runs, as written. */
function execTexts(command: string): string[] {
  return effectsOf({ scope: 'shell', command }, unknownContext).flatMap(
    ({ from, scope }: Effect) => (from && scope === 'shell' ? [from.text] : [])
  )
}

const wrappers: readonly ((command: string) => string)[] = [
  (command) => `env ${command}`,
  (command) => `env A=1 ${command}`,
  (command) => `env -i ${command}`,
  (command) => `sudo ${command}`,
  (command) => `sudo -u root ${command}`,
  (command) => `doas ${command}`,
  (command) => `nohup ${command}`,
  (command) => `nice -n 5 ${command}`,
  (command) => `ionice -c 3 ${command}`,
  (command) => `timeout -k 1 5 ${command}`,
  (command) => `stdbuf -o0 ${command}`,
  (command) => `setsid ${command}`,
  (command) => `time ${command}`,
  (command) => `command ${command}`,
  (command) => `builtin command ${command}`,
  (command) => `exec ${command}`,
  (command) => `eval ${command}`,
  (command) => `xargs ${command}`,
  (command) => `xargs -I{} ${command}`,
  (command) => `watch -n1 ${command}`,
  (command) => `busybox ${command}`,
  (command) => `find . -exec ${command} \\;`,
  (command) => `find . -ok ${command} \\;`,
  (command) => `flock /tmp/l ${command}`,
  (command) => `taskset 1 ${command}`,
  (command) => `bash -c "${command}"`,
  (command) => `bash -lc "${command}"`,
  (command) => `sh -ec "${command}"`,
  (command) => `su -c "${command}"`,
  (command) => `script -qc "${command}" /dev/null`,
  (command) => `trap "${command}" EXIT`,
  (command) => `ssh host ${command}`,
  (command) => `docker exec box ${command}`,
  (command) => `kubectl exec pod -- ${command}`,
  (command) => `A=1 ${command}`,
  (command) => `! ${command}`,
  (command) => `(${command})`,
  (command) => `{ ${command}; }`,
  (command) => `$(${command})`,
  (command) => `echo "$(${command})"`,
  (command) => `cat <(${command})`,
  (command) => `f() { ${command}; }; f`,
  (command) => `if ${command}; then true; fi`,
  (command) => `for i in 1; do ${command}; done`,
  (command) => `case x in *) ${command};; esac`,
  (command) => `coproc ${command}`,
  (command) => `cat <<E\n$(${command})\nE`
]

describe('a wrapper', () => {
  const denied = fc
    .array(fc.constantFrom('-rf', 'a', '/srv', 'src/x.ts'), { minLength: 1, maxLength: 3 })
    .map((args) => ['rm', ...args].join(' '))

  test('does not make a denied command anything but denied', () => {
    fc.assert(
      fc.property(
        denied,
        fc.array(fc.constantFrom(...wrappers), { minLength: 1, maxLength: 2 }),
        (command, around) => {
          const [inner, outer] = around
          const once = inner?.(command) ?? command
          expect(wide(once), once).toBe('DENY')
          // A keyword is one only at the start of a command, and a line with quotes cannot be quoted.
          const isNestable = !/["\n<(]|^(coproc|time|if|for|case|A=1|!|\{)/.test(once)
          const twice = outer && isNestable ? outer(once) : once
          expect(wide(twice), twice).not.toBe('ALLOW')
        }
      ),
      runs(1000)
    )
  })
})

describe('what bash does not see', () => {
  const plain = fc.constantFrom(
    'ls -la src',
    'echo a b',
    'cat a b | ls',
    'rm -rf x',
    'git status; ls',
    'nc -l 1',
    'true'
  )

  test('whitespace, comments and needless quotes change no verdict', () => {
    const changes: readonly ((command: string) => string)[] = [
      (command) => `  ${command}  `,
      (command) => command.replaceAll(' ', '   '),
      (command) => command.replaceAll(' ', '\t'),
      (command) => `\n\n${command}`,
      (command) => command.replace(/^(\w)/, "'$1'"),
      (command) => command.replace(/^(\w+)/, '"$1"'),
      (command) => command.replace(/ (-?\w+)$/, ' "$1"'),
      (command) => command.replaceAll(' ', ' \\\n ')
    ]
    fc.assert(
      fc.property(
        plain,
        fc.array(fc.constantFrom(...changes), { maxLength: 3 }),
        fc.constantFrom('', '\n', ' # a comment; rm x', ' ;'),
        (command, made, end) => {
          const changed = made.reduce<string>((text, change) => change(text), command) + end
          expect(few(changed), changed).toBe(few(command))
          expect(wide(changed), changed).toBe(wide(command))
        }
      ),
      runs(1000)
    )
  })
})

describe('any text', () => {
  test('is judged without a fault', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (command) => {
        expect(strictness).toHaveProperty(wide(command))
      }),
      runs(1000)
    )
  })

  test('in brackets and quotes is judged without a fault', () => {
    const soup = fc
      .array(fc.constantFrom(...'\'"\\`$(){}[]<>|&;#!*? \n\t=,~ax1'.split('')), { maxLength: 40 })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(soup, (command) => {
        const compiled = wide(command)
        expect(strictness).toHaveProperty(compiled)
      }),
      runs(3000)
    )
  })
})
