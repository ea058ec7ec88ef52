/** What a `PreToolUse` hook answers. */
export interface HookDecision {
  readonly hookSpecificOutput: {
    readonly hookEventName: 'PreToolUse'
    readonly permissionDecision: 'allow' | 'deny' | 'ask'
    readonly permissionDecisionReason: string
  }
}

/** Says whether a call may run, with words for the model, or for the person who is asked. */
export function hookDecision(
  permissionDecision: 'allow' | 'deny' | 'ask',
  reason: string
): HookDecision {
  const hookEventName = 'PreToolUse'
  const permissionDecisionReason = reason
  return { hookSpecificOutput: { hookEventName, permissionDecision, permissionDecisionReason } }
}

const prompting: readonly unknown[] = ['default', 'plan']

/**
 * Whether somebody is sure to be asked where a hook says `ask`. In modes that allow by themselves, versions of Claude Code
 * have run such calls without a prompt; a mode that is not known may be one of those.
 */
export function isPrompted(permissionMode: unknown): boolean {
  return prompting.includes(permissionMode)
}
