import type { CheckResult } from './check-result.ts'

/** What the client is about to ask the server. */
export interface ObservedCall {
  readonly operation: 'check' | 'check_batch' | 'approve' | 'deny' | 'wait' | 'read'
  /** The scope of a check. */
  readonly scope?: string
  readonly tenantId: string
  readonly agentId: string
}

/** What came of it. */
export interface ObservedOutcome {
  readonly durationMs: number
  /** The verdict of a check, or of a person. */
  readonly result?: CheckResult | undefined
  /** What was thrown. */
  readonly error?: unknown
}

/** What an observer wants to add to a call, and to hear of it. */
export interface Observation {
  /** Further headers, such as `traceparent`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Is told what came of the call. */
  readonly end?: ((outcome: ObservedOutcome) => void) | undefined
}

/** Is told of each call before it is made: the place for logs, metrics and spans. */
// biome-ignore lint/suspicious/noConfusingVoidType: an observer that only looks on returns nothing.
export type Observe = (call: ObservedCall) => Observation | undefined | void

/** Makes a call under the eyes of an observer. What the observer throws is thrown. */
export async function observed<T>(
  observe: Observe | undefined,
  call: ObservedCall,
  work: (headers: Readonly<Record<string, string>>) => Promise<T>
): Promise<T> {
  if (!observe) return await work({})
  const start = Date.now()
  const observation = observe(call)
  const end = (outcome: Pick<ObservedOutcome, 'result' | 'error'>): void =>
    observation?.end?.({ durationMs: Date.now() - start, ...outcome })
  let value: T
  try {
    value = await work({ ...observation?.headers })
  } catch (error) {
    end({ error })
    throw error
  }
  end(isResult(value) ? { result: value } : {})
  return value
}

function isResult(value: unknown): value is CheckResult {
  return typeof value === 'object' && value !== null && 'needsApproval' in value
}
