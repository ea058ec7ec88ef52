import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Policy } from '@agentguard/policy'
import { loadPolicyFile } from '@agentguard/policy/node'
import type { CheckResult } from '@agentguard/protocol'
import { printable } from '@agentguard/protocol/printable'
import { type PolicyCase, readCases } from '../check/read-cases.ts'
import { expandFiles } from '../policy/expand-files.ts'
import { formatIssue } from '../policy/format-issue.ts'
import { type Command, createCommand } from './command.ts'
import { contextFlags, readContext } from './context-flags.ts'
import { createPrinter, outputFlags, type Printer } from './printer.ts'

/** `agentguard test` */
export const testCommand: Command = createCommand({
  name: 'test',
  summary: 'Runs the cases of policies: whether they decide what they promise',
  synopsis: '[flags] <file or glob ...>',
  positional: 'file',
  flags: { ...contextFlags, ...outputFlags },
  notes: [
    `A file of cases is named *.test.yaml; \`init\` writes one. It has \`policy\`, the policy file relative to it, and
\`cases\`: each a \`name\`, an \`action\`, the decision to \`expect\`, and perhaps the \`rule\` (null for none).`,
    `Each case stands for itself: nothing was allowed before, and no limit is used up. Globs are expanded by the
command itself, so quote them.`,
    'Exit code: 0 if all cases hold, 1 if one does not or cannot be run, 2 if the line is wrong.'
  ],
  examples: [
    ['test agentguard.test.yaml', 'what `init` has written'],
    ["test 'configs/**/*.test.yaml' --json", 'all policies, for a program']
  ],
  async run(args, io) {
    const printer = createPrinter(args.flags, io)
    const place = readContext(args)
    const expanded = await expandFiles(args.positionals, 'cases')
    const message = place.ok
      ? args.positionals.length === 0
        ? "which cases? Such as 'configs/**/*.test.yaml'"
        : undefined
      : place.message
    if (!place.ok || message !== undefined) {
      printer.fail({ code: 'wrong_line', message: message ?? '' }, 'test: ')
      return 2
    }
    if (!expanded.ok) return printer.fail({ code: 'no_file', message: expanded.message }, 'test: ')
    let exit = 0
    for (const file of expanded.files) {
      const tested = await testFile(file, place.context)
      report(file, tested, printer)
      if (!tested.ok || tested.broken.length > 0) exit = 1
    }
    return exit
  }
})

/** What has become of the cases of a file. */
type Tested =
  | { readonly ok: true; readonly count: number; readonly broken: readonly Broken[] }
  /** They could not be run; each problem with its place. */
  | { readonly ok: false; readonly problems: readonly string[] }

/** A case that does not hold. */
interface Broken {
  readonly wanted: PolicyCase
  readonly verdict: CheckResult
}

async function testFile(
  file: string,
  context: Extract<ReturnType<typeof readContext>, { ok: true }>['context']
): Promise<Tested> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    return { ok: false, problems: [`${file}: ${(error as Error).message}`] }
  }
  const read = readCases(text)
  if (!read.ok) {
    return {
      ok: false,
      problems: read.problems.map((one) => `${file}:${one.line}: ${one.message}`)
    }
  }
  const policyFile = join(dirname(file), read.policy)
  const loaded = await loadPolicyFile(policyFile, { context })
  if (!loaded.ok) {
    return { ok: false, problems: loaded.issues.map((issue) => formatIssue(policyFile, issue)) }
  }
  const { cases } = read
  return {
    ok: true,
    count: cases.length,
    broken: cases.flatMap((one) => judge(loaded.policy, one))
  }
}

/** Judges the action of a case; what it answers is empty if the case holds. */
function judge(policy: Policy, wanted: PolicyCase): readonly Broken[] {
  const verdict = policy.check(wanted.action, { prior: () => 'no' })
  const holds =
    verdict.decision === wanted.expect &&
    (wanted.rule === undefined || (verdict.matched_rule ?? null) === wanted.rule)
  return holds ? [] : [{ wanted, verdict }]
}

function report(file: string, tested: Tested, printer: Printer): void {
  const { green, red } = printer.style
  if (!tested.ok) {
    printer.json({ file, problems: tested.problems })
    printer.note(`${red('INVALID')}: ${printable(file)}`)
    for (const problem of tested.problems) printer.note(`  ${printable(problem)}`)
    return
  }
  const { count, broken } = tested
  printer.json({ file, cases: count, failed: broken.map(describe) })
  if (broken.length === 0) {
    printer.text(`${green('PASS')}: ${printable(file)} — ${count} cases`)
    return
  }
  printer.text(`${red('FAIL')}: ${printable(file)} — ${broken.length} of ${count} cases`)
  for (const one of broken) {
    const { name, line, expected, decision, rule, reason } = describe(one)
    printer.text(printable(`  ${file}:${line}: ${name}`))
    printer.text(
      printable(`    expected ${expected}, is ${decision} (${rule ?? 'no rule'}): ${reason}`)
    )
  }
}

function describe({ wanted, verdict }: Broken) {
  const { name, line, expect, rule } = wanted
  const by = rule === undefined ? '' : ` by ${rule ?? 'no rule'}`
  const { decision, reason, matched_rule = null } = verdict
  return { name, line, expected: `${expect}${by}`, decision, rule: matched_rule, reason }
}
