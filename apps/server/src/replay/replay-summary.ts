import type { AuditEntry, CheckResult, Decision } from '@agentguard/protocol'
import type { Obstacle } from './find-obstacle.ts'
import type { Replayed } from './replay-log.ts'

/** Whether more or less is allowed than was. */
export type Direction = 'stricter' | 'looser'

/** Entries that were decided alike and would be decided alike. */
export interface ChangeGroup {
  readonly direction: Direction
  readonly was: { readonly decision: Decision; readonly rule: string }
  readonly now: { readonly decision: Decision; readonly rule: string; readonly reason: string }
  /** The line of the policy that decides now. */
  readonly policyLine: number | undefined
  count: number
  /** The first of them. */
  readonly example: { readonly file: string; readonly line: number; readonly entry: AuditEntry }
}

/** What a replay found. */
export interface ReplaySummary {
  readonly entries: number
  readonly same: number
  /** How many of those would be decided by another rule. */
  readonly otherRule: number
  readonly stricter: number
  readonly looser: number
  readonly notJudged: Readonly<Record<Obstacle, number>>
  /** What the policy had said is not in the log: something else decided. */
  readonly notComparable: Readonly<Record<'count' | 'enforcement_point' | 'server', number>>
  /** Of other tenants, agents or times. */
  readonly passedOver: number
  /** The most frequent first. */
  readonly groups: readonly ChangeGroup[]
  /** Changes whose groups are too many to be told apart. */
  readonly ungrouped: number
}

/** How many groups are told apart. */
const maxGroups = 1000

/** Adds up what a replay yields. */
export class ReplayTally {
  #entries = 0
  #same = 0
  #otherRule = 0
  #stricter = 0
  #looser = 0
  #passedOver = 0
  #ungrouped = 0
  readonly #notJudged = { redacted: 0, truncated: 0, unreadable: 0, unknown_history: 0 }
  readonly #notComparable = { count: 0, enforcement_point: 0, server: 0 }
  readonly #groups = new Map<string, ChangeGroup>()

  /** Takes one in. Returns in which direction it changed, if it did. */
  add(replayed: Replayed): Direction | undefined {
    this.#entries++
    if (replayed.kind === 'passed_over') this.#passedOver++
    else if (replayed.kind === 'not_judged') this.#notJudged[replayed.obstacle]++
    else if (!replayed.recorded.isComparable) this.#notComparable[replayed.recorded.by]++
    else return this.#compare(replayed, replayed.recorded.decision, replayed.recorded.by)
    return undefined
  }

  /** What was found so far. */
  summary(): ReplaySummary {
    return {
      entries: this.#entries,
      same: this.#same,
      otherRule: this.#otherRule,
      stricter: this.#stricter,
      looser: this.#looser,
      notJudged: { ...this.#notJudged },
      notComparable: { ...this.#notComparable },
      passedOver: this.#passedOver,
      groups: [...this.#groups.values()].sort((a, b) => b.count - a.count),
      ungrouped: this.#ungrouped
    }
  }

  #compare(
    replayed: Extract<Replayed, { kind: 'judged' }>,
    was: Decision,
    by: 'policy' | 'person'
  ): Direction | undefined {
    const { entry, verdict } = replayed
    if (was === verdict.decision) {
      this.#same++
      // Which rule asked a person is not in the log.
      if (by === 'policy' && entry.result.matched_rule !== verdict.matched_rule) this.#otherRule++
      return undefined
    }
    const direction = rank[verdict.decision] > rank[was] ? 'stricter' : 'looser'
    if (direction === 'stricter') this.#stricter++
    else this.#looser++
    this.#group(replayed, was, direction)
    return direction
  }

  #group(
    { entry, verdict, place }: Extract<Replayed, { kind: 'judged' }>,
    decision: Decision,
    direction: Direction
  ): void {
    const was = { decision, rule: ruleOf(entry.result) }
    const now = { decision: verdict.decision, rule: ruleOf(verdict), reason: verdict.reason }
    const key = JSON.stringify([was, now.decision, now.rule])
    const group = this.#groups.get(key)
    if (group) group.count++
    else if (this.#groups.size >= maxGroups) this.#ungrouped++
    else {
      const { file, line } = place
      const policyLine = verdict.rule_source?.line
      const example = { file, line, entry }
      this.#groups.set(key, { direction, was, now, policyLine, count: 1, example })
    }
  }
}

const rank: Readonly<Record<Decision, number>> = { ALLOW: 0, REQUIRE_APPROVAL: 1, DENY: 2 }

/** The rule of a verdict, or what stands for none. */
export function ruleOf({ decision, matched_rule }: CheckResult): string {
  return matched_rule ?? (decision === 'DENY' ? 'default deny' : 'no rule')
}
