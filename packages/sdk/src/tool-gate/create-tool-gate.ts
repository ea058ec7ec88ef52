import type { ActionRequest, Gate } from '@agentguard/protocol'
import type { AgentGuard } from '../agentguard.ts'
import { messageOf } from '../endpoint.ts'
import { verdictSource } from './approval-source.ts'
import { type Coverage, type CoverageOptions, createCoverage } from './coverage.ts'
import { type ApprovalMode, judgeCall } from './judge-call.ts'
import { createToolAction, type ToolActionOptions } from './tool-action.ts'
import { argumentsText, callKey, type ToolCallInput } from './tool-call.ts'
import {
  type Allowed,
  type ApprovalNeeded,
  type Denied,
  deny,
  fault,
  type ToolVerdict
} from './tool-verdict.ts'
import { createVerdictMemo, type MemoLimits } from './verdict-memo.ts'

/** How a gate for tool calls behaves. All is optional. */
export interface ToolGateOptions extends ToolActionOptions, CoverageOptions {
  /**
   * What happens to a call that needs a person's yes. `wait`: it is held until there is an answer. `native`: the
   * framework pauses, and the adapter asks again when it goes on. `deny`: it is refused. @defaultValue wait
   */
  readonly approval?: ApprovalMode | undefined
  /** How long to wait for a person, in milliseconds. @defaultValue 300 000 */
  readonly approvalTimeoutMs?: number | undefined
  /** Whether everything runs, and the verdicts are only told to `onDecision`. @defaultValue false */
  readonly shadow?: boolean | undefined
  /** Is told of every verdict. A call for which it throws is denied. */
  readonly onDecision?: ((event: ToolDecision) => void) | undefined
  /** What is remembered of calls between their hooks. */
  readonly memo?: Partial<MemoLimits> | undefined
  /** The clock. @defaultValue `Date.now` */
  readonly now?: (() => number) | undefined
}

/** A verdict on a call, once for each time that the server was asked. */
export interface ToolDecision {
  readonly call: ToolCallInput
  /** What was asked; undefined if the call could not be turned into an action. */
  readonly action: ActionRequest | undefined
  readonly verdict: ToolVerdict
  /** Whether the verdict has no effect. */
  readonly shadow: boolean
  /** How long it took, waiting for a person included. */
  readonly durationMs: number
}

/** What came of running a tool behind the gate. */
export type ToolRun<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly verdict: Denied | ApprovalNeeded }

/** Says which tool calls may run. Nothing here rejects, but for what a tool itself throws. */
export interface ToolGate {
  readonly approval: ApprovalMode
  readonly coverage: Coverage
  /**
   * The verdict on a call: for hooks that are asked before a tool runs, as often as they like. Only `native` gates
   * answer `approval`. An ALLOW is no leave to run: that is what `enforce` gives.
   */
  decide(call: ToolCallInput): Promise<ToolVerdict>
  /**
   * Asks the server again about a call that waited for a person, with what is known of its approval: for hooks that
   * are asked when a framework goes on after a pause. Whatever the framework, its client or the approval id say, the
   * server decides, and the arguments have to be those that the person saw.
   */
  resume(call: ToolCallInput, approvalId?: string): Promise<ToolVerdict>
  /**
   * The last word, right before a tool runs, and good for one run. It uses the verdict that `decide` or `resume` gave
   * for the same call; where that was no ALLOW, or there is none, it asks the server.
   */
  enforce(call: ToolCallInput): Promise<Allowed | Denied>
  /** Runs a tool if it may, in `native` gates also resolving to the need for an approval. */
  run<T>(call: ToolCallInput, execute: () => T | PromiseLike<T>): Promise<ToolRun<T>>
}

const defaultMemo: MemoLimits = { maxEntries: 1000, maxLength: 8_388_608, ttlMs: 60_000 }

/** Creates a gate that asks a client, or any other {@link Gate}, about tool calls. */
export function createToolGate(
  guard: Pick<AgentGuard, 'asGate' | 'wait'> | Gate,
  options: ToolGateOptions = {}
): ToolGate {
  const { approval = 'wait', approvalTimeoutMs = 300_000, shadow = false, onDecision } = options
  const { now = Date.now } = options
  const source = verdictSource(guard)
  const actionOf = createToolAction(options)
  const memo = createVerdictMemo({ ...defaultMemo, ...options.memo }, now)

  /** Asks the server, and tells whoever listens. Never rejects. */
  async function ask(call: ToolCallInput, text: string, approvalId?: string): Promise<ToolVerdict> {
    const start = now()
    let action: ActionRequest | undefined
    let verdict: ToolVerdict
    try {
      action = actionOf(call)
      const mode = shadow ? 'native' : approval
      const { signal } = call
      verdict = await judgeCall(source, {
        action,
        mode,
        approvalTimeoutMs,
        approvalId,
        signal,
        now
      })
      verdict = lapsed(call, text) ?? verdict
    } catch (error) {
      verdict = fault(`The call cannot be judged: ${messageOf(error)}`)
    }
    try {
      onDecision?.({ call, action, verdict, shadow, durationMs: now() - start })
    } catch (error) {
      verdict = fault(`A listener failed: ${messageOf(error)}`)
    }
    return shadow ? shadowed(verdict) : verdict
  }

  /** Asks once for all who ask about the same call. What failed is not remembered. */
  function askOnce(call: ToolCallInput, text: string, approvalId?: string): Promise<ToolVerdict> {
    const key = callKey(call, text)
    const asked = ask(call, text, approvalId)
    memo.set(key, asked)
    void asked.then((verdict) => {
      if (isPassing(verdict) && memo.get(key) === asked) memo.take(key)
    })
    return asked
  }

  async function decide(call: ToolCallInput): Promise<ToolVerdict> {
    const text = textOf(call)
    if (text === undefined) return noJson(call)
    return await (memo.get(callKey(call, text)) ?? askOnce(call, text))
  }

  async function resume(call: ToolCallInput, approvalId?: string): Promise<ToolVerdict> {
    const text = textOf(call)
    if (text === undefined) return noJson(call)
    const key = callKey(call, text)
    const known = await memo.get(key)
    // Somebody has asked again already, and the answer is good until the tool runs.
    if (known?.kind === 'allow') return known
    return await askOnce(call, text, known?.kind === 'approval' ? known.approvalId : approvalId)
  }

  /** Takes the verdict of a call out of the memo, or asks; an ALLOW is good for who gets it here, once. */
  async function claim(call: ToolCallInput): Promise<ToolVerdict> {
    const text = textOf(call)
    if (text === undefined) return noJson(call)
    const key = callKey(call, text)
    const taken = memo.take(key)
    const known = await taken
    if (!taken || !known) return await ask(call, text)
    if (known.kind === 'approval') return await ask(call, text, known.approvalId)
    if (known.kind === 'allow') return (shadow ? undefined : lapsed(call, text)) ?? known
    if (!isPassing(known)) memo.set(key, taken)
    return known
  }

  async function enforce(call: ToolCallInput): Promise<Allowed | Denied> {
    const verdict = await claim(call)
    if (verdict.kind !== 'approval') return verdict
    return deny('unapproved', verdict.result)
  }

  function noJson(call: ToolCallInput): ToolVerdict {
    const verdict = fault('The arguments of the call are no JSON')
    try {
      onDecision?.({ call, action: undefined, verdict, shadow, durationMs: 0 })
    } catch {
      // It is a denial already.
    }
    return shadow ? shadowed(verdict) : verdict
  }

  return {
    approval,
    coverage: createCoverage(options),
    decide,
    resume,
    enforce,
    async run(call, execute) {
      const verdict = await claim(call)
      if (verdict.kind !== 'allow') return { ok: false, verdict }
      return { ok: true, value: await execute() }
    }
  }
}

const aborted = fault('The call was aborted before it ran', 'aborted')
const changed = fault('The arguments changed while the call was judged', 'changed')

/** Why a verdict on a call does not count any more. */
function lapsed(call: ToolCallInput, text: string): Denied | undefined {
  if (call.signal?.aborted) return aborted
  return textOf(call) === text ? undefined : changed
}

/** Whether the same call may get another answer in a moment. */
function isPassing(verdict: ToolVerdict): boolean {
  return verdict.kind === 'deny' && ['fault', 'aborted', 'changed'].includes(verdict.cause)
}

function shadowed(verdict: ToolVerdict): ToolVerdict {
  if (verdict.kind === 'allow') return verdict
  return { kind: 'allow', result: verdict.result, shadowed: verdict }
}

/** The text of the arguments; undefined if they are no JSON. */
function textOf(call: ToolCallInput): string | undefined {
  try {
    return argumentsText(call)
  } catch {
    return undefined
  }
}
