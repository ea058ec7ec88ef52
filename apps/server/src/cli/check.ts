import {
  type EffectContext,
  type Explanation,
  formatExplanation,
  type Policy
} from '@agentguard/policy'
import { loadPolicyFile } from '@agentguard/policy/node'
import {
  type ActionRequest,
  type CheckResult,
  type Decision,
  strictest
} from '@agentguard/protocol'
import { formatVerdict } from '../check/format-verdict.ts'
import { createOfflineGuard } from '../check/offline-guard.ts'
import { readActions } from '../check/read-actions.ts'
import { wireVerdict } from '../http/encode-verdict.ts'
import { formatIssue } from '../policy/format-issue.ts'
import { type FailedPolicy, type LivePolicyEvents, openPolicy } from '../policy/live-policy.ts'
import { readHistory } from '../replay/read-history.ts'
import { type CheckArguments, checkFlags, findSource } from './check-options.ts'
import { type Command, createCommand } from './command.ts'
import { readContext } from './context-flags.ts'
import { printableLines } from './printable-lines.ts'
import { createPrinter, type Printer } from './printer.ts'
import { decisionStyle } from './style.ts'

const exits: Readonly<Record<Decision, number>> = { ALLOW: 0, DENY: 1, REQUIRE_APPROVAL: 2 }
const failed = 3

/** `agentguard check` */
export const checkCommand: Command = createCommand({
  name: 'check',
  summary: 'Judges actions by a policy file, without a server',
  synopsis: '--policy <file> [flags]',
  flags: checkFlags,
  notes: [
    `Nobody approves here: REQUIRE_APPROVAL has no approval_id. Money is counted from zero within one call.
What was allowed before is unknown without --audit-log, and requests are counted only with --rate-limits: give
both, and the verdicts are those that the server would give.`,
    `Exit code: 0 ALLOW, 1 DENY, 2 REQUIRE_APPROVAL, 3 error. With several actions the worst of them counts:
an error, then DENY, then REQUIRE_APPROVAL.`
  ],
  examples: [
    ["check --policy my.yaml --scope shell --command 'rm -rf /'", 'one action'],
    [`check --policy my.yaml --request '{"scope":"shell","command":"ls"}' --explain`, 'and why'],
    ['check --policy my.yaml --batch --output json < actions.jsonl', 'many actions'],
    [
      'check --policy my.yaml --batch --audit-log audit.jsonl --rate-limits < day.jsonl',
      'as in production'
    ],
    ['check --policy my.yaml --watch actions.jsonl', 'as they are written']
  ],
  usageExit: failed,
  async run(args, io) {
    const isJson = args.flags.json || args.flags.output === 'json'
    const printer = createPrinter({ ...args.flags, json: isJson }, io)
    const fail = (code: string, message: string): number => {
      printer.fail({ code, message }, 'check: ')
      return failed
    }
    const found = findSource(args, io)
    if (!found.ok) return fail('wrong_line', found.message)
    const { source } = found
    const place = readContext(args)
    if (!place.ok) return fail('wrong_line', place.message)
    const { context } = place
    const open = source.kind === 'watch' ? follow : load
    const opened = await open({ file: args.flags.policy, context }, printer)
    if (!opened.ok) return reportFailure(args.flags.policy, opened, printer)
    try {
      const judge = await createJudge(args, opened.current, printer)
      let worst: Decision = 'ALLOW'
      for await (const { place, parsed } of readActions(source)) {
        if (!parsed.ok) return fail('wrong_action', place + parsed.message)
        worst = strictest(worst, await judge(parsed.action))
        await io.drained?.()
      }
      return exits[worst]
    } catch (error) {
      return fail('unreadable', (error as Error).message)
    } finally {
      opened.close()
    }
  }
})

type Opened =
  | { readonly ok: true; readonly current: () => Policy; readonly close: () => void }
  | FailedPolicy

interface WantedPolicy {
  readonly file: string
  readonly context: EffectContext
}

async function load({ file, context }: WantedPolicy): Promise<Opened> {
  const loaded = await loadPolicyFile(file, { context })
  return loaded.ok ? { ok: true, current: () => loaded.policy, close: () => {} } : loaded
}

async function follow({ file, context }: WantedPolicy, printer: Printer): Promise<Opened> {
  const events: LivePolicyEvents = {
    onReload: () => {},
    onReloadFailed: (broken) => void reportFailure(file, broken, printer)
  }
  const opened = await openPolicy(file, events, context)
  return opened.ok ? { ok: true, current: opened.live.current, close: opened.live.close } : opened
}

function reportFailure(file: string, { issues }: FailedPolicy, printer: Printer): number {
  const message = `failed to load policy ${file}: ${issues[0]?.message}`
  printer.fail({ code: 'invalid_policy', message }, 'check: ')
  for (const issue of issues) printer.note(`  ${formatIssue(file, issue)}`)
  return failed
}

/** Creates what judges an action and prints the verdict. It resolves to the decision. */
async function createJudge(
  { flags }: CheckArguments,
  policy: () => Policy,
  printer: Printer
): Promise<(action: ActionRequest) => Promise<Decision>> {
  const isKnownTenant = flags['tenant-id'] === '' || flags['tenant-id'] === 'local'
  const history =
    flags['audit-log'] === '' ? {} : { history: await readHistory(flags['audit-log']) }
  const guard = createOfflineGuard({ policy, ...history, countsRequests: flags['rate-limits'] })
  const print = printer.isJson ? printJson : printText

  return async (action) => {
    if (!isKnownTenant) {
      print({ action, verdict: unknownTenant, explained: undefined }, printer)
      return unknownTenant.decision
    }
    // Before the check: what it allows is no past of itself.
    const facts = guard.history.factsFor('local', action.agent_id ?? '', Date.now())
    const explained = flags.explain ? policy().explain(action, facts) : undefined
    const verdict = await guard.check(action)
    print({ action, verdict, explained }, printer)
    return verdict.decision
  }
}

interface Judged {
  readonly action: ActionRequest
  readonly verdict: CheckResult
  readonly explained: Explanation | undefined
}

function printJson({ verdict, explained }: Judged, printer: Printer): void {
  const explanation = explained ? { explanation: explained.effects } : {}
  printer.json({ ...wireVerdict(verdict), ...explanation })
}

function printText({ action, verdict, explained }: Judged, { text, style }: Printer): void {
  const { decision } = verdict
  const line = formatVerdict(action, verdict).trimEnd()
  text(decisionStyle(style, decision) + line.slice(decision.length))
  if (explained) text(...printableLines(formatExplanation(explained)), '')
}

const unknownTenant: CheckResult = {
  decision: 'DENY',
  reason: 'Tenant not found',
  matched_rule: 'deny:tenant:not_found'
}
