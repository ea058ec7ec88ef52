import type { LanguageModelMiddleware } from 'ai'
import type { ToolGate } from '../../tool-gate/index.ts'

export interface GuardMiddlewareOptions {
  /** Whether a model is told of a tool. @defaultValue all */
  readonly offers?: ((toolName: string) => boolean) | undefined
}

/**
 * A middleware for `wrapLanguageModel`: the model is offered only some tools, and calls that the model's provider has
 * executed by itself, declared or not, are in `gate.coverage`. Where the gate refuses such tools, the step rejects.
 */
export function guardMiddleware(
  gate: ToolGate,
  { offers = () => true }: GuardMiddlewareOptions = {}
): LanguageModelMiddleware {
  const look = (part: { type: string; toolName?: unknown; providerExecuted?: unknown }): void => {
    if (part.type !== 'tool-call' || !part.providerExecuted) return
    gate.coverage.misses({ name: String(part.toolName), why: 'provider_executed' })
  }
  return {
    specificationVersion: 'v4',
    transformParams: async ({ params }) => {
      if (!params.tools) return params
      return { ...params, tools: params.tools.filter(({ name }) => offers(name)) }
    },
    wrapGenerate: async ({ doGenerate }) => {
      const result = await doGenerate()
      for (const part of result.content) look(part)
      return result
    },
    wrapStream: async ({ doStream }) => {
      const result = await doStream()
      const watch = new TransformStream<StreamPart, StreamPart>({
        transform(part, controller) {
          look(part)
          controller.enqueue(part)
        }
      })
      return { ...result, stream: result.stream.pipeThrough(watch) }
    }
  }
}

type Wrapped = Awaited<ReturnType<NonNullable<LanguageModelMiddleware['wrapStream']>>>
type StreamPart = Wrapped['stream'] extends ReadableStream<infer PART> ? PART : never
