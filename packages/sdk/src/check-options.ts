import type { ActionRequest, FurtherAction } from '@agentguard/protocol'
import type { Settings } from './agentguard-options.ts'

/** The kinds of action that policies have rules for; any other text is one, too. */
export type Scope =
  | 'shell'
  | 'filesystem'
  | 'network'
  | 'browser'
  | 'cost'
  | 'data'
  | 'mcp_tool'
  | (string & {})

/** What is asked for, beside its scope. All is optional. */
export interface CheckOptions {
  action?: string | undefined
  command?: string | undefined
  path?: string | undefined
  domain?: string | undefined
  url?: string | undefined
  sessionId?: string | undefined
  /** What it is expected to cost, in US dollars. */
  estCost?: number | undefined
  meta?: Readonly<Record<string, string>> | undefined
  /** The approval that the action claims to have. It is used up by an ALLOW. */
  approvalId?: string | undefined
  /** Whether an approval of the same action may be found, and used up, without naming it. */
  reuseApproval?: boolean | undefined
  /** Why a part of the action cannot be known. Even an empty text says so. */
  unknownEffect?: string | undefined
  /** Further actions that this one amounts to, to be judged together with it. */
  actions?: readonly FurtherAction[] | undefined
}

/** One of the actions of a batch. */
export interface BatchCheck extends CheckOptions {
  readonly scope: Scope
}

/**
 * The action as the wire has it. The members, their order and what makes one absent are those of version 1.0; what
 * came later stands behind them.
 */
export function actionOf(scope: string, asked: CheckOptions, settings: Settings): ActionRequest {
  const { sessionId = settings.sessionId, estCost, approvalId, unknownEffect, actions } = asked
  const meta = settings.meta ? { ...settings.meta, ...asked.meta } : asked.meta
  return {
    scope,
    agent_id: settings.agentId,
    ...(asked.action && { action: asked.action }),
    ...(asked.command && { command: asked.command }),
    ...(asked.path && { path: asked.path }),
    ...(asked.domain && { domain: asked.domain }),
    ...(asked.url && { url: asked.url }),
    ...(sessionId && { session_id: sessionId }),
    ...(estCost !== undefined && estCost !== 0 && { est_cost: estCost }),
    ...(meta && { meta }),
    ...(approvalId && { approval_id: approvalId }),
    ...(asked.reuseApproval && { reuse_approval: true }),
    ...(unknownEffect !== undefined && { unknown_effect: unknownEffect }),
    ...(actions && { actions })
  }
}

/** An action that comes as the wire has it, with what this client says of every action. */
export function completeAction(action: ActionRequest, settings: Settings): ActionRequest {
  const { scope, agent_id: agent = settings.agentId, session_id: session, ...rest } = action
  const sessionId = session ?? settings.sessionId
  const meta = settings.meta && { ...settings.meta, ...rest.meta }
  return {
    scope,
    agent_id: agent,
    ...rest,
    ...(sessionId !== undefined && { session_id: sessionId }),
    ...(meta && { meta })
  }
}

/** The JSON text of an action. Throws for what would not arrive as it is. */
export function actionText(action: ActionRequest): string {
  for (const { est_cost: cost } of [action, ...(action.actions ?? [])]) {
    // JSON would have `null`, which says that there is no cost.
    if (typeof cost === 'number' && !Number.isFinite(cost)) {
      throw new TypeError('a cost without an end cannot be sent')
    }
  }
  return JSON.stringify(action)
}
