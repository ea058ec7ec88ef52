import { parseArgs } from 'node:util'

/** What the command is told. */
export interface HookFlags {
  readonly url?: string | undefined
  readonly agentId?: string | undefined
  readonly tenantId?: string | undefined
  readonly approval: 'wait' | 'ask' | 'deny'
  readonly approvalTimeoutMs: number
  readonly failMode: 'deny' | 'allow'
  readonly keepPrompts: boolean
  readonly authenticateChecks: boolean
  readonly shows?: 'help' | 'settings' | undefined
  /** The flags that a hook needs to behave in the same way. */
  readonly words: readonly string[]
}

const approvals = ['wait', 'ask', 'deny'] as const

/** Reads the flags. Throws a `TypeError` for what it does not know. */
export function readHookFlags(args: readonly string[]): HookFlags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: 'string' },
      'agent-id': { type: 'string' },
      'tenant-id': { type: 'string' },
      approval: { type: 'string', default: 'wait' },
      'approval-timeout': { type: 'string', default: '300' },
      'authenticate-checks': { type: 'boolean', default: false },
      'fail-open': { type: 'boolean', default: false },
      'keep-prompts': { type: 'boolean', default: false },
      'print-settings': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false }
    }
  })
  const approval = approvals.find((one) => one === values.approval)
  if (!approval) throw new TypeError(`--approval is one of ${approvals.join(', ')}`)
  const seconds = Number(values['approval-timeout'])
  if (!(seconds > 0 && seconds <= maxSeconds)) {
    throw new TypeError(`--approval-timeout is a number of seconds, up to ${maxSeconds}`)
  }
  const settings = values['print-settings'] ? 'settings' : undefined
  return {
    url: values.url,
    agentId: values['agent-id'],
    tenantId: values['tenant-id'],
    approval,
    approvalTimeoutMs: seconds * 1000,
    failMode: values['fail-open'] ? 'allow' : 'deny',
    keepPrompts: values['keep-prompts'],
    authenticateChecks: values['authenticate-checks'],
    shows: values.help ? 'help' : settings,
    words: args.filter((word) => word !== '--print-settings')
  }
}

/** A day. */
const maxSeconds = 86_400

/** What `--help` prints. */
export const hookHelp = `agentguard-claude-code [flags] < hook.json

Asks AgentGuard before Claude Code runs a tool: a PreToolUse hook.

  --print-settings         print what belongs into .claude/settings.json
  --url <url>              the server; else AGENTGUARD_URL, or http://localhost:8080
  --agent-id <id>          who asks
  --tenant-id <id>         whose policy is asked; else AGENTGUARD_TENANT_ID
  --approval <how>         what happens to a call that needs a person:
                           wait   hold it until somebody answers at the server (default)
                           ask    let Claude Code ask whoever sits there, in the permission modes default and
                                  plan; in others, refuse it
                           deny   refuse it; it may run when it is tried again after a yes
  --approval-timeout <s>   how long to wait, in seconds (300)
  --keep-prompts           what AgentGuard allows still meets Claude Code's own rules and prompts
  --fail-open              allow calls while the server cannot be asked
  --authenticate-checks    send AGENTGUARD_API_KEY with every check

The key is read from AGENTGUARD_API_KEY. Exits with 0 and a decision, or with 2, which blocks the call.
`
