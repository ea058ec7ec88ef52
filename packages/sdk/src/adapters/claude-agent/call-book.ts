import type { ToolCallInput, ToolGate, ToolVerdict } from '../../tool-gate/index.ts'

/** A call that a hook has asked about, and whether it was allowed. */
interface BookedCall {
  readonly call: ToolCallInput
  readonly isAllowed: boolean
}

/** What connects the hooks of one call: the prompts of Claude know neither its session nor its directory. */
export interface CallBook {
  get(id: string | undefined): BookedCall | undefined
  /** The verdict on a call that is about to run, for a hook that is asked once. */
  judge(call: ToolCallInput): Promise<ToolVerdict>
  /** Whether a call may run to which somebody else has said yes: only what was judged does, and only as it was. */
  verify(call: ToolCallInput): Promise<ToolVerdict>
}

/** How many calls are remembered. Those that were forgotten are asked about again. */
const maxCalls = 1000

/** Creates an empty book. */
export function createCallBook(gate: ToolGate): CallBook {
  const booked = new Map<string, BookedCall & { readonly verdict: ToolVerdict }>()

  function book(call: ToolCallInput, verdict: ToolVerdict): ToolVerdict {
    if (!call.callId) return verdict
    booked.delete(call.callId)
    booked.set(call.callId, { call, isAllowed: verdict.kind === 'allow', verdict })
    const [oldest] = booked.keys()
    if (booked.size > maxCalls && oldest !== undefined) booked.delete(oldest)
    return verdict
  }

  async function judge(call: ToolCallInput): Promise<ToolVerdict> {
    gate.coverage.covers(call.name)
    const verdict = await gate.decide(call)
    return book(call, verdict.kind === 'allow' ? await gate.enforce(call) : verdict)
  }

  return {
    get: (id) => (id === undefined ? undefined : booked.get(id)),
    judge,
    async verify(call) {
      const known = call.callId === undefined ? undefined : booked.get(call.callId)
      if (known?.isAllowed && isSame(known.call, call)) return known.verdict
      return book(call, await gate.enforce(call))
    }
  }
}

/** Texts that differ in the order of their members are another call, which is only asked about again. */
function isSame(one: ToolCallInput, other: ToolCallInput): boolean {
  const textOf = ({ name, arguments: given }: ToolCallInput): string =>
    JSON.stringify([name, given])
  return textOf(one) === textOf(other)
}
