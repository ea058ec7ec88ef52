import type { ActionRequest, CheckResult } from '@agentguard/protocol'

/** All that a verdict is made of, beside the policy, the past and the place. */
const judgedMembers = [
  'scope',
  'action',
  'command',
  'path',
  'domain',
  'url',
  'unknown_effect',
  'agent_id'
] as const satisfies readonly (keyof ActionRequest)[]

/** How many verdicts a generation holds, and how many characters their actions may have. */
const maxVerdicts = 512
const maxCharacters = 2 ** 18
const maxKeyLength = 2048

/**
 * What makes two actions the same to a policy; undefined for an action that is not to be remembered: one that
 * is long, costs something or amounts to others.
 */
export function memoKey(action: ActionRequest): string | undefined {
  if (action.actions != null || action.est_cost != null) return undefined
  let key = ''
  for (const name of judgedMembers) {
    const value: unknown = action[name]
    // The length says where a text ends, whatever is in it.
    if (typeof value === 'string') key += `${value.length}:${value}`
    else if (value === undefined || value === null) key += '-'
    else return undefined
  }
  return key.length > maxKeyLength ? undefined : key
}

/**
 * The verdicts that were given last. Agents repeat themselves: they poll for approvals, and run the same few
 * commands all day.
 *
 * Bounded: when it is full, those that nobody asked for since it was full before are forgotten.
 */
export class VerdictMemo {
  #young = new Map<string, CheckResult>()
  #old: ReadonlyMap<string, CheckResult> = new Map()
  #characters = 0

  get(key: string): CheckResult | undefined {
    const young = this.#young.get(key)
    if (young) return young
    const old = this.#old.get(key)
    if (old) this.set(key, old)
    return old
  }

  /** Remembers a verdict, which MUST depend on nothing but what is in the key. */
  set(key: string, verdict: CheckResult): void {
    this.#young.set(key, verdict)
    this.#characters += key.length
    if (this.#young.size < maxVerdicts && this.#characters < maxCharacters) return
    this.#old = this.#young
    this.#young = new Map()
    this.#characters = 0
  }
}
