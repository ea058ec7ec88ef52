import type { ToolGate } from '../../tool-gate/index.ts'

/** The ids of calls that a hook has let through and that have not run yet, so that their tools do not ask again. */
export interface PassedCalls {
  add(callId: string | undefined): void
  /** Whether the call was let through. It is good for one run. */
  take(callId: string | undefined): boolean
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
  const ids = new Set<string>()
  return {
    add(callId) {
      if (!callId) return
      ids.add(callId)
      const [oldest] = ids
      if (ids.size > maxCalls && oldest !== undefined) ids.delete(oldest)
    },
    take: (callId) => callId !== undefined && ids.delete(callId)
  }
}
