import type { ToolGate } from '../../tool-gate/index.ts'

/** A call of a tool. Ids may come from a model, so that one id does not stand for every tool. */
interface NamedCall {
  readonly toolName: string
  readonly callId: string | undefined
}

/** The calls that a hook has let through and that have not run yet, so that their tools do not ask again. */
export interface PassedCalls {
  add(call: NamedCall): void
  /** Whether the call was let through. It is good for one run. */
  take(call: NamedCall): boolean
}

/** How many calls are remembered. Those that were forgotten are asked about again. */
const maxCalls = 1000

const all = new WeakMap<ToolGate, PassedCalls>()

/** The calls that hooks of a gate have let through: those of an agent and those of its runs. */
export function passedCalls(gate: ToolGate): PassedCalls {
  const known = all.get(gate) ?? createPassedCalls()
  all.set(gate, known)
  return known
}

function createPassedCalls(): PassedCalls {
  const passed = new Set<string>()
  return {
    add(call) {
      if (!call.callId) return
      passed.add(keyOf(call))
      const [oldest] = passed
      if (passed.size > maxCalls && oldest !== undefined) passed.delete(oldest)
    },
    take: (call) => passed.delete(keyOf(call))
  }
}

function keyOf({ toolName, callId }: NamedCall): string {
  return JSON.stringify([toolName, callId])
}
