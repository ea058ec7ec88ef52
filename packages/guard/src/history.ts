import { compilePattern, type Facts, type Pattern, type Truth } from '@agentguard/policy'
import type { ActionRequest } from '@agentguard/protocol'
import { keyOf } from './key-of.ts'
import { Past, sizeOf } from './past.ts'

export interface HistoryOptions {
  /**
   * How many different actions are remembered, over all tenants and agents. One of more than 256
   * characters counts for several.
   *
   * @defaultValue 100000
   */
  readonly maxActions?: number
  /**
   * How many of them may be of one agent in one scope. A condition looks at all of them.
   *
   * @defaultValue 1000
   */
  readonly maxActionsPerAgent?: number
  /** Nothing is known of what happened before this time, in milliseconds. */
  readonly knownSince: number
}

/** Whose past is meant. Without an agent, that of a whole tenant; without a scope, all that an agent did. */
export interface Whose {
  readonly tenant: string
  readonly agent?: string
  readonly scope?: string
}

/** What agents were allowed to do, as far back as is remembered. */
export interface History {
  /** Remembers an action that was allowed, with the further actions that it amounts to. */
  record(tenant: string, action: ActionRequest, at: number): void
  /** That something may have been allowed up to a time which cannot be told any more. */
  recordUnknown(whose: Whose, until: number): void
  /** The facts of an agent at a time. What is not remembered is unknown, not absent. */
  factsFor(tenant: string, agent: string, now: number): Facts
}

/** How many compiled patterns of conditions are kept. */
const maxPatterns = 1000

/** How many marks of unknown pasts are kept. */
const maxUnknowns = 10_000

/**
 * A history in memory, bounded, apart for each tenant, agent and scope.
 *
 * Only the last time of an action matters to a condition, so that repeating an action costs nothing.
 * When there is no room, what is oldest is forgotten, and remembered to be forgotten. An agent without
 * a name is nobody in particular: what it did is unknown unless it is found.
 */
export function createHistory({
  maxActions = 100_000,
  maxActionsPerAgent = 1000,
  knownSince
}: HistoryOptions): History {
  const pasts = new Map<string, Past>()
  const unknowns = new Map<string, number>()
  const patterns = new Map<string, Pattern>()
  let size = 0
  /** What was forgotten of agents that are not remembered at all. */
  let forgottenUntil = knownSince

  /** Changes a past, and counts what it has become. */
  function change(key: string, past: Past, how: () => void): void {
    size -= past.size
    how()
    size += past.size
    if (!past.isEmpty) return
    forgottenUntil = Math.max(forgottenUntil, past.unknownUntil)
    size -= sizeOf(key)
    pasts.delete(key)
  }

  function remember(key: string, action: ActionRequest, at: number): void {
    const known = pasts.get(key)
    const past = known ?? new Past(forgottenUntil)
    if (!known) size += sizeOf(key)
    // Back to the end: the agents that did something last are forgotten last.
    pasts.delete(key)
    pasts.set(key, past)
    change(key, past, () => {
      past.remember(action, at)
      while (past.size > maxActionsPerAgent) past.forgetOldest()
    })
    if (size > maxActions) makeRoom()
  }

  /** Forgets some at once: in a map that others were taken from, the oldest is slow to find. */
  function makeRoom(): void {
    const enough = maxActions - Math.floor(maxActions / 16)
    for (const [key, past] of pasts) {
      while (size > enough && !past.isEmpty) change(key, past, () => past.forgetOldest())
      if (size <= enough) return
    }
  }

  function patternOf(text: string): Pattern {
    const known = patterns.get(text)
    if (known) return known
    if (patterns.size >= maxPatterns) patterns.clear()
    const pattern = compilePattern(text)
    patterns.set(text, pattern)
    return pattern
  }

  function isUnknown(tenant: string, agent: string, scope: string, since: number): boolean {
    const keys = [keyOf(tenant), keyOf(tenant, agent), keyOf(tenant, agent, scope)]
    const until = keys.map((key) => unknowns.get(key) ?? Number.NEGATIVE_INFINITY)
    return agent === '' || Math.max(...until) >= since
  }

  return {
    record(tenant, action, at) {
      for (const one of [action, ...(action.actions ?? [])]) {
        // Nobody allowed what a call only may mean, so no condition can rest on it.
        if (one !== action && 'derived' in one && one.derived === 'possible') continue
        remember(keyOf(tenant, action.agent_id ?? '', one.scope), one, at)
      }
    },
    recordUnknown({ tenant, agent, scope }, until) {
      const key = keyOf(...[tenant, agent, scope].filter((name) => name !== undefined))
      unknowns.set(key, Math.max(unknowns.get(key) ?? until, until))
      if (unknowns.size <= maxUnknowns) return
      for (const at of unknowns.values()) forgottenUntil = Math.max(forgottenUntil, at)
      for (const past of pasts.values()) {
        past.unknownUntil = Math.max(past.unknownUntil, forgottenUntil)
      }
      unknowns.clear()
    },
    factsFor(tenant, agent, now) {
      const answers = new Map<string, Truth>()

      function find(pattern: string, windowMs: number, scope: string): Truth {
        const since = now - windowMs
        const past = pasts.get(keyOf(tenant, agent, scope)) ?? new Past(forgottenUntil)
        const truth = past.find(pattern, patternOf(pattern), { since, now })
        return truth === 'no' && isUnknown(tenant, agent, scope, since) ? 'unknown' : truth
      }

      return {
        // One verdict asks the same of each effect.
        prior(pattern, windowMs, scope) {
          const key = JSON.stringify([pattern, windowMs, scope])
          const truth = answers.get(key) ?? find(pattern, windowMs, scope)
          answers.set(key, truth)
          return truth
        }
      }
    }
  }
}
