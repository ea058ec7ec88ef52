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
  const { action, command, path, domain, url, estCost, approvalId, unknownEffect, actions } = asked
  const sessionId = asked.sessionId ?? settings.sessionId
  const meta = metaOf(asked.meta, settings)
  return {
    scope,
    agent_id: settings.agentId,
    ...(action && { action }),
    ...(command && { command }),
    ...(path && { path }),
    ...(domain && { domain }),
    ...(url && { url }),
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
  const { agent_id: agent = settings.agentId, session_id: session = settings.sessionId } = action
  const meta = metaOf(action.meta, settings)
  return {
    ...action,
    agent_id: agent,
    ...(session && { session_id: session }),
    ...(meta && { meta })
  }
}

function metaOf(meta: ActionRequest['meta'], { meta: common }: Settings): ActionRequest['meta'] {
  return common ? { ...common, ...meta } : meta
}

/** The JSON text of an action. Throws for what would not arrive as it is. */
export function actionText(action: ActionRequest): string {
  if (hasNoNumber(action) || action.actions?.some(hasNoNumber)) {
    throw new TypeError('the cost is no number')
  }
  return JSON.stringify(action)
}

/** Whether JSON would have `null` for the cost, which says that there is none. */
function hasNoNumber({ est_cost: cost }: FurtherAction): boolean {
  return typeof cost === 'number' && !Number.isFinite(cost)
}

/** Whether asking twice takes nothing twice: what is lost is a line in the log. */
export function isRepeatable({ est_cost: cost, actions }: ActionRequest): boolean {
  return !cost && !actions?.some((action) => action.est_cost)
}
