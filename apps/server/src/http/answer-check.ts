import type { Asking, Decided, Guard } from '@agentguard/guard'
import { type ActionRequest, parseActionRequest } from '@agentguard/protocol'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { traceParentOf } from '../telemetry/trace-parent.ts'
import { type Answer, jsonAnswer, textAnswer } from './answer.ts'
import { askAs } from './auth/as-agent.ts'
import type { Principal } from './auth/principal.ts'
import { denialAnswer, timingHeaders } from './denial-answer.ts'
import { encodeJson } from './encode-json.ts'
import { createVerdictEncoder } from './encode-verdict.ts'
import type { RequestFacts } from './request-facts.ts'

export interface CheckDeps {
  readonly guard: Pick<Guard, 'decide' | 'report'>
  /** What identifies the policy of a tenant, for answers whose verdict does not say it. */
  readonly digestOf: (tenant: string) => string | undefined
  /** Lets an action in, or says why it has to wait outside. @defaultValue lets all in */
  readonly admitAction?: ((asker: Asker, action: ActionRequest) => Admitted) | undefined
  /** Where agents run what they ask for. Approvals are bound to it. */
  readonly context?: Asking['context']
  /** Follows what is decided, as a part of what the caller does. @defaultValue nobody */
  readonly telemetry?: Pick<Telemetry, 'decide'> | undefined
  /** Told what failed when a check could not be judged. */
  readonly onFault?: ((error: unknown) => void) | undefined
  /** Milliseconds from any start. @defaultValue performance.now */
  readonly now?: (() => number) | undefined
}

/** Who asks. */
export interface Asker extends RequestFacts {
  /** The headers of the request, by their names in lower case. */
  readonly header?: (name: string) => string | undefined
  readonly tenant: string
  readonly principal: Principal
}

/** Whether an action may be judged now. Who is let in MUST leave. */
export type Admitted =
  | { readonly ok: true; readonly leave: () => void }
  | { readonly ok: false; readonly reason: string }

/** Answers the body of a `POST /v1/check`. Never rejects. */
export type AnswerCheck = (body: Uint8Array, asker: Asker) => Promise<Answer>

/** Judges one action of somebody, and says how. Never rejects. */
export type DecideFor = (action: ActionRequest, asker: Asker) => Promise<Decided>

/**
 * Creates what answers checks.
 *
 * Fails closed. INVARIANT: what can be read as an action is answered with a verdict, and with a denial
 * if judging it fails: some clients take an HTTP error for a yes.
 */
export function createAnswerCheck(deps: CheckDeps): AnswerCheck {
  const { onFault = () => {}, now = () => performance.now(), digestOf } = deps
  const decideFor = createDecideFor(deps)
  const encodeVerdict = createVerdictEncoder()

  async function answer(body: Uint8Array, asker: Asker): Promise<Answer> {
    const start = now()
    const parsed = parseActionRequest(body)
    if (!parsed.ok) {
      const { code, message } = parsed.error
      if (code === 'too_large')
        return denialAnswer('deny:request:too_large', `Request too large: ${message}`)
      return textAnswer(400, `Invalid request: ${message}`)
    }
    const received = parsed.action.schema_version
    if (received && received !== 'v1') return unsupportedVersion(received)
    const { result, policyMs, auditMs } = await decideFor(parsed.action, asker)
    const headers = timingHeaders(policyMs, auditMs, now() - start)
    const digest = result.policy_digest ?? digestOf(asker.tenant)
    if (digest !== undefined) headers['X-AgentGuard-Policy-Digest'] = digest
    return jsonAnswer(200, encodeVerdict(result), headers)
  }

  return async (body, asker) => {
    try {
      return await answer(body, asker)
    } catch (error) {
      onFault(error)
      return denialAnswer('deny:guard:policy', 'The policy engine failed')
    }
  }
}

/** Creates what judges actions of callers that are known. */
export function createDecideFor(deps: CheckDeps): DecideFor {
  const { guard, admitAction, telemetry, context, onFault = () => {} } = deps
  return async (action, asker) => {
    const asked = askAs(asker.principal, action)
    const parent = traceParentOf(asker.header ?? noHeader, action.meta)
    const asking = askingOf(asker, parent?.traceId)
    // Whose credential is used for the name of somebody else is worth an entry.
    if (!asked.ok) {
      return await guard.report(action, asked, asking).catch((error) => {
        onFault(error)
        return refused(asked.rule, asked.reason)
      })
    }
    const admitted = admitAction?.(asker, asked.action)
    if (admitted && !admitted.ok) return refused('deny:server:overload', admitted.reason)
    const bound = context === undefined ? asking : { ...asking, context }
    try {
      if (!telemetry) return await guard.decide(asked.action, bound)
      const { tenant } = asker
      return await telemetry.decide(asked.action, { tenant, parent }, (traceId) =>
        guard.decide(asked.action, traceId === undefined ? bound : { ...bound, traceId })
      )
    } finally {
      admitted?.leave()
    }
  }
}

const noHeader = (): undefined => undefined

/** What the guard is told of who asks. */
export function askingOf(
  { tenant, principal, requestId, peer }: Asker,
  traceId: string | undefined
): Asking {
  const { requestedBy } = principal
  return {
    tenant,
    requestId,
    ...(traceId === undefined ? {} : { traceId }),
    ...(requestedBy === undefined ? {} : { caller: requestedBy }),
    ...(peer === '' ? {} : { source: peer })
  }
}

function refused(rule: string, reason: string): Decided {
  const result = { schema_version: 'v1', decision: 'DENY', reason, matched_rule: rule } as const
  return { result, by: 'fault', policyMs: 0, auditMs: 0 }
}

/** What is said to a client of another version of the wire format. */
export function unsupportedVersion(received: string): Answer {
  return jsonAnswer(400, encodeJson({ error: 'unsupported schema_version; expected v1', received }))
}
