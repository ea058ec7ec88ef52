import type { Policy } from '@agentguard/policy'
import { formatExplanation } from '@agentguard/policy'
import { loadPolicyFile } from '@agentguard/policy/node'
import {
  type ActionRequest,
  type CheckResult,
  type Decision,
  strictest
} from '@agentguard/protocol'
import { printable } from '@agentguard/protocol/printable'
import { formatVerdict } from '../check/format-verdict.ts'
import { readActions } from '../check/read-actions.ts'
import { encodeJson } from '../http/encode-json.ts'
import { wireVerdict } from '../http/encode-verdict.ts'
import { findUnenforced, formatUnenforced } from '../policy/find-unenforced.ts'
import { formatIssue } from '../policy/format-issue.ts'
import { type FailedPolicy, openPolicy } from '../policy/live-policy.ts'
import { checkFlags, findSource } from './check-options.ts'
import { type Command, createCommand } from './command.ts'
import type { Arguments } from './flags.ts'
import type { Io } from './io.ts'

const exits: Readonly<Record<Decision, number>> = { ALLOW: 0, DENY: 1, REQUIRE_APPROVAL: 2 }
const failed = 3

/** `agentguard check` */
export const checkCommand: Command = createCommand({
  name: 'check',
  summary: 'Judges actions by a policy file, without a server',
  synopsis: '--policy <file> [flags]',
  flags: checkFlags,
  notes: [
    `There is no history, no rate limit and no budget here, and nobody approves: REQUIRE_APPROVAL has no
approval_id.`,
    `Exit code: 0 ALLOW, 1 DENY, 2 REQUIRE_APPROVAL, 3 error. With several actions the worst of them counts:
an error, then DENY, then REQUIRE_APPROVAL.`
  ],
  examples: [
    ["check --policy my.yaml --scope shell --command 'rm -rf /'", 'one action'],
    [`check --policy my.yaml --request '{"scope":"shell","command":"ls"}' --explain`, 'and why'],
    ['check --policy my.yaml --batch --output json < actions.jsonl', 'many actions'],
    ['check --policy my.yaml --watch actions.jsonl', 'as they are written']
  ],
  usageExit: failed,
  async run(args, io) {
    const fail = (message: string): number => {
      io.err(`check: ${printable(message)}\n`)
      return failed
    }
    const found = findSource(args, io)
    if (!found.ok) return fail(found.message)
    const { source } = found
    const opened = await (source.kind === 'watch' ? follow : load)(args.flags.policy, io)
    if (!opened.ok) return reportFailure(args.flags.policy, opened, io)
    const report = createReport(args, opened.current, io)
    let worst: Decision = 'ALLOW'
    try {
      for await (const { place, parsed } of readActions(source)) {
        if (!parsed.ok) return fail(place + parsed.message)
        worst = strictest(worst, report(parsed.action))
      }
      return exits[worst]
    } catch (error) {
      return fail((error as Error).message)
    } finally {
      opened.close()
    }
  }
})

type Opened =
  | { readonly ok: true; readonly current: () => Policy; readonly close: () => void }
  | FailedPolicy

async function load(file: string): Promise<Opened> {
  const loaded = await loadPolicyFile(file)
  return loaded.ok ? { ok: true, current: () => loaded.policy, close: () => {} } : loaded
}

async function follow(file: string, io: Io): Promise<Opened> {
  const opened = await openPolicy(file, {
    onReload: () => {},
    onReloadFailed: (broken) => void reportFailure(file, broken, io)
  })
  return opened.ok ? { ok: true, current: opened.live.current, close: opened.live.close } : opened
}

function reportFailure(file: string, { issues }: FailedPolicy, io: Io): number {
  io.err(`check: failed to load policy ${printable(`${file}: ${issues[0]?.message}`)}\n`)
  for (const issue of issues) io.err(`  ${formatIssue(file, issue)}\n`)
  return failed
}

/** Creates what judges an action and prints the verdict. It answers with the decision. */
function createReport(
  { flags }: Arguments<typeof checkFlags>,
  policy: () => Policy,
  io: Io
): (action: ActionRequest) => Decision {
  const isKnownTenant = flags['tenant-id'] === '' || flags['tenant-id'] === 'local'
  let hasWarned = false

  /** Costs are the only thing that a verdict here would be better with. It is said once. */
  function warnOfBudgets(action: ActionRequest): void {
    if (hasWarned || ![action, ...(action.actions ?? [])].some(({ scope }) => scope === 'cost'))
      return
    hasWarned = true
    for (const unenforced of findUnenforced(policy().document)) {
      if (!unenforced.feature.startsWith('limits.')) continue
      io.err(`check: ${printable(formatUnenforced(flags.policy, unenforced))}\n`)
    }
  }

  return (action) => {
    const explained = isKnownTenant && flags.explain ? policy().explain(action) : undefined
    const verdict = isKnownTenant ? (explained?.verdict ?? policy().check(action)) : unknownTenant
    warnOfBudgets(action)
    if (flags.output === 'json') {
      const explanation = explained ? { explanation: explained.effects } : {}
      io.out(encodeJson({ ...wireVerdict(verdict), ...explanation }))
    } else {
      io.out(formatVerdict(action, verdict))
      if (explained) io.out(`${printableLines(formatExplanation(explained))}\n`)
    }
    return verdict.decision
  }
}

const unknownTenant: CheckResult = {
  decision: 'DENY',
  reason: 'Tenant not found',
  matched_rule: 'deny:tenant:not_found'
}

function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}
