import type { Access } from '@agentguard/access'
import type { Guard } from '@agentguard/guard'
import type { Budgets } from '@agentguard/rate-limiter'
import type { StateOptions } from './options.ts'

export interface SweepParts {
  readonly guard: Pick<Guard, 'sweep'>
  readonly budgets: Pick<Budgets, 'sweep'>
  readonly access: Pick<Access, 'tend'>
  readonly counts: { save(): Promise<void> }
  readonly state: Pick<StateOptions, 'sessionCostTtlMs' | 'sessionCostSweepMs'>
  readonly onFault: (error: unknown) => void
}

const minuteMs = 60_000

/** Ends and forgets what is over, again and again. Returns what stops it. */
export function startSweeps(parts: SweepParts): () => void {
  const { guard, budgets, access, counts, state, onFault } = parts
  const timers = [
    every(minuteMs, () => guard.sweep(), onFault),
    every(minuteMs, () => access.tend(), onFault),
    every(minuteMs, () => counts.save(), onFault),
    every(
      state.sessionCostSweepMs,
      async () => void (await budgets.sweep(state.sessionCostTtlMs, Date.now())),
      onFault
    )
  ]
  return () => {
    for (const timer of timers) clearInterval(timer)
  }
}

function every(
  ms: number,
  work: () => Promise<unknown>,
  onFault: (error: unknown) => void
): NodeJS.Timeout {
  // What throws at once fails like what rejects.
  const timer = setInterval(() => void Promise.resolve().then(work).catch(onFault), ms)
  return timer.unref()
}
