/**
 * How long a check of a shell command takes that is read as a shell reads it, beside one that takes it
 * as a text; and the longest that a hostile command can make it take.
 *
 * `node bench/effects.bench.ts [--quick]`. Exits with 1 when a target is missed, except with --quick.
 */

import { compilePolicy } from '../src/compile-policy.ts'
import { shellLimits } from '../src/effects/shell/limits.ts'
import type { Policy } from '../src/policy.ts'
import { codingPolicy } from '../test/scoreboard/coding-policy.ts'
import { developerCommands } from '../test/scoreboard/developer-commands.ts'
import { printTable, printTargets, shown, shownTimes } from './report.ts'

const quick = process.argv.includes('--quick')
const rounds = quick ? 5 : 25
const repeats = quick ? 5 : 20

const policies = { literal: policyWith('literal'), effects: policyWith('effects') }
const ordinary = {
  literal: developerCommands.map((command) => medianMicros(policies.literal, command)),
  effects: developerCommands.map((command) => medianMicros(policies.effects, command))
}

console.log(`${developerCommands.length} ordinary commands, microseconds per check\n`)
printTable(
  ['', 'median', '9 of 10 under', 'slowest'],
  (['literal', 'effects'] as const).map((matching) => {
    const sorted = [...ordinary[matching]].sort((a, b) => a - b)
    return [matching, ...[0.5, 0.9, 1].map((share) => shown(quantile(sorted, share)))]
  })
)
const median = quantile(ordinary.effects, 0.5)
console.log(
  `As long as literal matching: ${shownTimes(median / quantile(ordinary.literal, 0.5))}\n`
)

const size = shellLimits.maxLength - 100
const fill = (text: string): string => text.repeat(Math.floor(size / text.length))
const hostile: readonly (readonly [name: string, command: string])[] = [
  ['many commands', fill('true;')],
  ['many words', `echo ${fill('a ')}`],
  ['many variables', `echo ${fill('$a')}`],
  ['many braces', `echo ${fill('{a,b}')}`],
  ['many quotes', fill("'")],
  ['many backticks', fill('`')],
  ['open substitutions', fill('$(')],
  ['nested loops', `${'for i in 1 2 3 4 5 6 7 8; do '.repeat(400)}ls${'; done'.repeat(400)}`],
  ['many patterns', `cat ${fill('*a ')}`],
  ['many redirections', `echo ${fill('>a ')}`],
  ['many wrappers', `${fill('env ')}ls`],
  ['many alternatives', `${fill('cd a||')}ls`],
  ['many commands of find', `find . ${fill('-exec ls {} \\; ')}`],
  ['a longer command than is read', 'echo a;'.repeat(140_000)]
]
const slowest = hostile.map(([name, command]) => [name, longestMs(command)] as const)
console.log(
  `Hostile commands of ${size.toLocaleString('en-US')} characters, milliseconds per check\n`
)
printTable(
  ['', 'ms'],
  slowest.map(([name, took]) => [name, shown(took)])
)

const worst = Math.max(...slowest.map(([, took]) => took))
const targets = [
  {
    name: 'ordinary command, median',
    goal: '< 25 µs',
    measured: `${shown(median)} µs`,
    met: median < 25,
    beyond: { goal: '< 10 µs', met: median < 10 }
  },
  {
    name: 'slowest hostile command',
    goal: '< 2,000 ms',
    measured: `${shown(worst)} ms`,
    met: worst < 2000,
    beyond: { goal: '< 500 ms', met: worst < 500 }
  }
]
printTargets(targets)
if (!quick && targets.some((target) => !target.met)) process.exitCode = 1

function policyWith(matching: 'literal' | 'effects'): Policy {
  const text = codingPolicy.replace('scope: shell', `scope: shell\n    matching: ${matching}`)
  const compiled = compilePolicy(text)
  if (!compiled.ok) throw new Error(compiled.issues[0]?.message)
  return compiled.policy
}

function medianMicros(policy: Policy, command: string): number {
  const action = { scope: 'shell', command }
  const samples = Array.from({ length: rounds }, () => {
    const started = performance.now()
    // A place of its own keeps what is remembered out of the measure.
    for (let count = 0; count < repeats; count++) policy.check(action, undefined, {})
    return ((performance.now() - started) * 1000) / repeats
  })
  return quantile(samples, 0.5)
}

function longestMs(command: string): number {
  const started = performance.now()
  policies.effects.check({ scope: 'shell', command })
  return performance.now() - started
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number
}
