import type { ToolGate } from './create-tool-gate.ts'
import type { ToolCallInput } from './tool-call.ts'
import { errorOf } from './tool-verdict.ts'

/** What a guarded function is called, and what its calls say. */
export interface GuardFunctionOptions<A extends readonly unknown[]>
  extends Pick<ToolCallInput, 'sessionId' | 'runId' | 'agentId' | 'schema' | 'meta'> {
  /** The name of the tool, as policies know it. @defaultValue the name of the function */
  readonly name?: string | undefined
  /** What the call is judged by. @defaultValue a single object as it is, all else as `{ args: [...] }` */
  readonly arguments?: ((...args: A) => unknown) | undefined
  /** Where to find the signal of a call. */
  readonly signal?: ((...args: A) => AbortSignal | undefined) | undefined
}

/**
 * Any asynchronous function as a guarded tool: it runs only when it may, and rejects with an `AgentGuardError`
 * otherwise. Each run is judged by itself. Throws a `TypeError` for a function without a name.
 */
export function guardFunction<This, A extends readonly unknown[], R>(
  gate: ToolGate,
  fn: (this: This, ...args: A) => Promise<R>,
  options: GuardFunctionOptions<A> = {}
): (this: This, ...args: A) => Promise<R> {
  const { name = fn.name, arguments: argumentsOf = defaultArguments, signal, ...rest } = options
  if (!name) throw new TypeError('guardFunction: the function needs a name')
  gate.coverage.covers(name)
  return async function (this: This, ...args: A): Promise<R> {
    const call: ToolCallInput = {
      ...rest,
      name,
      signal: signal?.(...args),
      // Read again after the verdict: what runs has to be what was judged, also if its caller changed it meanwhile.
      get arguments() {
        return argumentsOf(...args)
      }
    }
    const run = await gate.run(call, () => fn.apply(this, args as unknown as A & unknown[]))
    if (run.ok) return run.value
    throw errorOf(run.verdict)
  }
}

function defaultArguments(...args: readonly unknown[]): unknown {
  const [only] = args
  const isObject = typeof only === 'object' && only !== null && !Array.isArray(only)
  return args.length === 1 && isObject ? only : { args }
}
