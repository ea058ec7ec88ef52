import type { CheckResult, Decision } from '@agentguard/protocol'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { compilePolicy } from '../src/compile-policy.ts'
import { parseDollars } from '../src/dollars.ts'
import type { Facts } from '../src/engine/facts.ts'
import { compilePattern } from '../src/match/compile-pattern.ts'
import type { Policy } from '../src/policy.ts'
import { differences } from './differences.ts'
import { explainRefusal } from './load-differences.ts'
import { naiveGlob } from './naive/glob.ts'
import {
  type PastAction,
  policyOf,
  readVectors,
  requestOf,
  type Step,
  type VectorLine
} from './vector-line.ts'

const strictness: Record<Decision, number> = { ALLOW: 0, REQUIRE_APPROVAL: 1, DENY: 2 }

/** Counts of steps by how they compare with the reference, and by the difference that explains it. */
type Tally = Map<string, number>

const checkFiles = [
  'check.jsonl',
  'path.jsonl',
  'agents.jsonl',
  'conditions.jsonl',
  'tenants.jsonl'
]

describe('recorded verdicts of the reference', () => {
  test.each(checkFiles)('%s: each is equal, or a named difference explains it', (file) => {
    const tally: Tally = new Map()
    const unexplained = readVectors<VectorLine>(file).flatMap((line) => runLine(line, tally))
    console.log(`${file}: ${[...tally].map(([name, count]) => `${count} ${name}`).join(', ')}`)
    expect(unexplained).toEqual([])
  })

  test('cost.jsonl: each is equal, or a named difference explains it, but for session totals', () => {
    const tally: Tally = new Map()
    const lines = readVectors<VectorLine>('cost.jsonl')
      .map(withoutBadLimits)
      .map((line) => ({
        ...line,
        // What a session has spent before is not the engine's to know.
        steps: line.steps.filter(
          (step) => step.expect?.matched_rule !== 'deny:cost:max_per_session'
        )
      }))
    const unexplained = lines.flatMap((line) => runLine(line, tally))
    console.log(`cost.jsonl: ${[...tally].map(([name, count]) => `${count} ${name}`).join(', ')}`)
    expect(unexplained).toEqual([])
  })

  test('toolmap.jsonl: each tool is mapped to the same scope', () => {
    interface ToolLine extends VectorLine {
      readonly results: readonly { tool: string; mapped: boolean; scope?: string }[]
    }
    for (const line of readVectors<ToolLine>('toolmap.jsonl')) {
      const policy = compiled(policyOf(line))
      for (const { tool, mapped, scope } of line.results) {
        // `*` covers a literal star in a name: the difference `literal-star`.
        const first = policy?.document.tool_scope_map.find(({ pattern }) =>
          naiveGlob(pattern, tool)
        )
        const wanted = tool.includes('*') ? first?.scope : mapped ? scope : undefined
        expect(policy?.toolScope(tool), `${line.id} ${tool}`).toBe(wanted)
      }
    }
  })

  test('glob.jsonl: each is equal, but for literal stars and multi-byte characters', () => {
    interface GlobLine {
      readonly id: string
      readonly pattern: string
      readonly value_hex: string
      readonly match: boolean
    }
    const tally: Tally = new Map()
    for (const { id, pattern, value_hex, match } of readVectors<GlobLine>('glob.jsonl')) {
      const value = Buffer.from(value_hex, 'hex').toString('utf8')
      const ours = compilePattern(pattern).matches(value)
      const isEqual = ours === match
      const hasStar = value.includes('*') && pattern.includes('*')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII itself
      const hasWideCharacter = pattern.includes('?') && /[^\x00-\x7f]/.test(value)
      const reason = hasStar ? 'literal-star' : hasWideCharacter ? 'characters' : 'unexplained'
      count(tally, isEqual ? 'equal' : reason)
      expect(ours, `${id} ${pattern} ~ ${value}`).toBe(naiveGlob(pattern, value))
      expect(isEqual || reason !== 'unexplained', `${id} ${pattern} ~ ${value}`).toBe(true)
    }
    console.log(`glob.jsonl: ${[...tally].map(([name, n]) => `${n} ${name}`).join(', ')}`)
  })
})

/**
 * A line whose policy has limits that we refuse, without these limits: the reference switches them off,
 * unless it fails at them. The steps at which it fails are left out.
 */
function withoutBadLimits(line: VectorLine): VectorLine {
  const text = line.policy_yaml ?? ''
  if (compilePolicy(text).ok) return line
  const document = parse(text) as { rules?: { limits?: Record<string, unknown> | null }[] }
  for (const limits of (document.rules ?? []).map((rules) => rules.limits ?? {})) {
    for (const [name, limit] of Object.entries(limits)) if (isBad(limit)) delete limits[name]
  }
  const steps = line.steps.filter(
    (step) => step.expect?.matched_rule !== 'deny:cost:invalid_config'
  )
  return { ...line, policy_yaml: stringify(document), steps }
}

function isBad(limit: unknown): boolean {
  const parsed = parseDollars(String(limit))
  return !parsed.ok || !Number.isFinite(parsed.value) || parsed.value < 0
}

/** Runs the steps of a line and returns those that nothing explains. */
function runLine(line: VectorLine, tally: Tally): unknown[] {
  const local = compilePolicy(policyOf(line))
  if (!local.ok) {
    if (!line.load.ok) return []
    // Refusing a file that the reference loads is stricter than any verdict.
    const difference = explainRefusal(local.issues)
    count(tally, `stricter: ${difference}`, line.steps.length)
    return difference === undefined ? [`${line.id}: refused without a difference`] : []
  }
  if (!line.load.ok) return [`${line.id}: loads, but the reference refuses it`]
  if (line.tenants_error !== undefined) return tenantsAreRefused(line)
  const tenants = new Map(
    Object.entries(line.tenants ?? {}).map(([id, text]) => [id, compiled(text)])
  )
  let elapsedMs = 0
  let current: Policy | undefined = local.policy
  return line.steps.flatMap((step) => {
    elapsedMs += step.advance_ms ?? 0
    // After a file that only we refuse, the two run on different policies.
    if (step.op === 'reload' && step.policy_yaml) current = compiled(step.policy_yaml)
    const isLocal = !step.tenant || step.tenant === 'local'
    const policy = isLocal ? current : tenants.get(step.tenant ?? '')
    return policy ? runStep(line, step, policy, elapsedMs, tally) : []
  })
}

function runStep(
  line: VectorLine,
  step: Step,
  policy: Policy,
  elapsedMs: number,
  tally: Tally
): unknown[] {
  const wanted = step.expect
  // The limiter's verdicts are not the engine's.
  if (!wanted || wanted.matched_rule?.startsWith('deny:ratelimit:')) return []
  const action = requestOf(step)
  const result = policy.check(action, factsOf(line, action.agent_id ?? '', elapsedMs))
  if (isSame(result, wanted)) {
    count(tally, 'equal')
    return []
  }
  const change = strictness[result.decision] - strictness[wanted.decision]
  const difference = differences.find(
    (one) => (change >= 0 || one.mayLoosen) && one.appliesTo({ document: policy.document, action })
  )
  if (!difference) return [{ id: line.id, action, wanted, result }]
  const direction = change > 0 ? 'stricter' : change < 0 ? 'looser' : 'another text'
  count(tally, `${direction}: ${difference.id}`)
  return []
}

function isSame(result: CheckResult, wanted: NonNullable<Step['expect']>): boolean {
  return (
    result.decision === wanted.decision &&
    result.matched_rule === wanted.matched_rule &&
    result.reason === wanted.reason
  )
}

/** The recorded history, as the guard will serve it. */
function factsOf(line: VectorLine, agent: string, elapsedMs: number): Facts | undefined {
  if (line.history_mode !== 'entries') return undefined
  return {
    prior(wanted, windowMs, scope) {
      const pattern = compilePattern(wanted)
      const isPrior = (past: PastAction): boolean =>
        past.decision === 'ALLOW' &&
        (agent === '' || past.agent_id === agent) &&
        (scope === '' || past.scope === scope) &&
        past.age_ms + elapsedMs <= windowMs &&
        [past.action, past.command].some((text) => text === wanted || pattern.matches(text))
      return (line.history ?? []).some(isPrior) ? 'yes' : 'no'
    }
  }
}

function tenantsAreRefused(line: VectorLine): unknown[] {
  const texts = Object.values(line.tenants ?? {})
  return texts.every((text) => compilePolicy(text).ok)
    ? [`${line.id}: all tenants load, but the reference refuses one`]
    : []
}

function compiled(text: string | Uint8Array): Policy | undefined {
  const result = compilePolicy(text)
  return result.ok ? result.policy : undefined
}

function count(tally: Tally, name: string, by = 1): void {
  tally.set(name, (tally.get(name) ?? 0) + by)
}
