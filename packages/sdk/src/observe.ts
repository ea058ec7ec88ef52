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
  /** What it resolved to: a result for `check` and `wait`, a list of them for `check_batch`, else what was read. */
  readonly value?: CheckResult | readonly CheckResult[] | boolean | object | undefined
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
export async function observed<T extends ObservedOutcome['value']>(
  observe: Observe,
  call: ObservedCall,
  work: (headers: Readonly<Record<string, string>>) => Promise<T>
): Promise<T> {
  const start = Date.now()
  const { headers = {}, end } = observe(call) || {}
  let outcome: Pick<ObservedOutcome, 'value' | 'error'> = {}
  try {
    const value = await work(headers)
    outcome = { value }
    return value
  } catch (error) {
    outcome = { error }
    throw error
  } finally {
    end?.({ durationMs: Date.now() - start, ...outcome })
  }
}
