import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expectLinear } from '../../../../test/support/expect-linear.ts'
import { compilePolicy } from '../../src/index.ts'

const file = join(import.meta.dirname, '../../../../configs/default.yaml')
const compiled = compilePolicy(readFileSync(file), {
  context: { ownFiles: ['/var/lib/agentguard'] }
})

const fill = (text: string, size: number): string => text.repeat(Math.floor(size / text.length))
const before = (text: string, end: string) => (size: number) => fill(text, size) + end
const around = (start: string, text: string, end: string) => (size: number) =>
  start + fill(text, size) + end
const behind = (start: string, text: string) => (size: number) => start + fill(text, size)

/** Lines that are a few thousand times the same thing. */
const lines: readonly (readonly [name: string, line: (size: number) => string])[] = [
  ['wrappers', before('timeout 1 ', 'ls')],
  ['wrappers with assignments', before('env A=1 ', 'ls')],
  ['programs that run programs', before('xargs ', 'ls')],
  ['evals', before('eval ', 'ls')],
  ['commands', before('ls a; ', 'ls')],
  ['alternatives that move', before('cd a||', 'ls')],
  ['alternatives that assign', before('A=1||', 'ls')],
  ['moves', before('cd a;', 'ls')],
  ['pipes', before('cat a | ', 'cat')],
  ['assignments', before('A=$A$A;', 'ls')],
  ['functions', before('f(){ ls; };', 'f')],
  ['loops', before('for i in a; do ls $i; done;', 'ls')],
  ['cases', before('case a in b) ls;; esac;', 'ls')],
  ['scripts', before("sh -c 'ls' ;", 'ls')],
  ['words', behind('ls ', 'a ')],
  ['files to remove', behind('rm ', 'a/b ')],
  ['patterns', behind('mv ', 'a/* ')],
  ['redirections', behind('ls ', '>a ')],
  ['quotes', behind('echo ', '"a"\'b\'')],
  ['braces', behind('echo ', '{a,b}')],
  ['commands of find', behind('find . ', '-exec ls {} \\; ')],
  ['names of find', behind('find . ', '-name a ')],
  ['starts of find', behind('find ', 'a ')],
  ['globs of a search', behind('rg x ', '-g a/b ')],
  ['members of an archive', behind('tar cf x ', 'a/b ')],
  ['steps up', behind('cat ', '../')],
  ['moves that are sure', before('cd a && ', 'ls')],
  ['here-documents', behind('', '<<a ')],
  ['here-documents that end', behind('', 'cat <<a\na\n')],
  ['commands that do not end, one inside of another', behind('', '"`')],
  // Each of these was read in many ways: the first in exponentially many, the others in as many as it is long.
  ['escapes of which the last is odd', around("echo $'", '\\012', "\\9'")],
  ['digits of a name', around('', '0', 'x')],
  ['versions of a name', around('', '3.', 's')],
  ['slashes at the end, but one', around('cp a ', '/', 'x')],
  ['slashes of a repository', around('git clone ', '/', 'x')],
  ['options of find', around('find . -', 'L', 'x')],
  ['options of an archive', around('zip -', 'y', '-')],
  ['settings of a build tool', around('stack -', 'a=', 'x')],
  ['a command of a database', around("psql -c '\\d", 'S', "\\'")],
  ['empty lines of a database', around("sqlite3 x '", '\n', "x'")]
]

test.each(lines)(
  '%s: a line that is eight times as long takes about eight times as long',
  (_, line) => {
    if (!compiled.ok) throw new Error('the default policy does not load')
    const { policy } = compiled
    expect(policy.check({ scope: 'shell', command: line(100) }).decision).toBeDefined()
    // A context of its own, so that nothing is remembered.
    expectLinear(
      (size) => policy.check({ scope: 'shell', command: line(size) }, undefined, {}),
      32_000
    )
  },
  60_000
)
