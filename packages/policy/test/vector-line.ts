import { readFileSync } from 'node:fs'
import type { ActionRequest, CheckResult } from '@agentguard/protocol'

/** A recorded check: what was asked, and what the reference answered. */
export interface Step {
  readonly op?: string
  readonly tenant?: string
  readonly request_raw?: string
  readonly request_hex?: string
  readonly expect?: Pick<CheckResult, 'decision' | 'reason' | 'matched_rule'>
  readonly expect_error?: unknown
  readonly advance_ms?: number
  /** The new policy of a `reload`. */
  readonly policy_yaml?: string
}

export interface PastAction {
  readonly age_ms: number
  readonly agent_id: string
  readonly scope: string
  readonly action: string
  readonly command: string
  readonly decision: string
}

/** One line of recorded verdicts; `test/vectors/README.md` explains the members. */
export interface VectorLine {
  readonly id: string
  readonly source: string
  readonly policy_yaml?: string
  readonly policy_hex?: string
  readonly load: { readonly ok: boolean }
  readonly tenants?: Readonly<Record<string, string>>
  readonly tenants_error?: string
  readonly history_mode?: 'none' | 'error' | 'entries'
  readonly history?: readonly PastAction[]
  readonly steps: readonly Step[]
}

/** Reads a file of `test/vectors`. */
export function readVectors<T>(file: string): T[] {
  const text = readFileSync(new URL(`vectors/${file}`, import.meta.url), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T)
}

/** The policy text of a line, as text or bytes. */
export function policyOf(line: VectorLine): string | Uint8Array {
  return line.policy_hex === undefined
    ? (line.policy_yaml as string)
    : Buffer.from(line.policy_hex, 'hex')
}

/** The request of a step as a lenient client's JSON reader would see it. */
export function requestOf(step: Step): ActionRequest {
  const text = step.request_raw ?? Buffer.from(step.request_hex as string, 'hex').toString('utf8')
  return { scope: '', ...JSON.parse(text) }
}
