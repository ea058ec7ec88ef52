import type { Decided, GuardEvent } from '@agentguard/guard'
import type { ActionRequest } from '@agentguard/protocol'
import type { Counter, Histogram, Span, TracerProvider } from '@opentelemetry/api'
import { outcomeOf } from '../metrics/approval-metrics.ts'
import {
  type AttributeOptions,
  actionAttributes,
  toolNameOf,
  verdictAttributes
} from './span-attributes.ts'
import type { TraceParent } from './trace-parent.ts'

/** What is told to OpenTelemetry. */
export interface Telemetry {
  /** Judges an action in a span of its own, below the caller's. `decide` is told the trace of that span, if it has one. */
  decide(
    action: ActionRequest,
    asking: { readonly tenant: string; readonly parent?: TraceParent | undefined },
    decide: (traceId?: string) => Promise<Decided>
  ): Promise<Decided>
  /** To be subscribed to the guard. */
  guardEvent(event: GuardEvent): void
  /** Sends what waits to be sent, and ends. */
  close(): Promise<void>
}

/** What telemetry is made of. */
export interface TelemetryOptions extends AttributeOptions {
  /** The API of OpenTelemetry. It is an optional dependency, so it is handed in. */
  readonly api: typeof import('@opentelemetry/api')
  readonly version: string
  readonly tracerProvider?: TracerProvider
  readonly meterProvider?: import('@opentelemetry/api').MeterProvider
  readonly close?: () => Promise<void>
  /** Told what failed. Whatever telemetry does, it changes no verdict. */
  readonly onError?: (error: unknown) => void
}

const name = 'agentguard'
const seconds = [
  0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
]
const waiting = [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400]

/** Creates spans and metrics with the providers that are given, or those that are registered. */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  const { api, version, close = async () => {}, onError = () => {} } = options
  const tracer = (options.tracerProvider ?? api.trace.getTracerProvider()).getTracer(name, version)
  const meter = (options.meterProvider ?? api.metrics.getMeterProvider()).getMeter(name, version)
  const checks: Counter = meter.createCounter('agentguard.checks', {
    description: 'Verdicts that were given.',
    unit: '{check}'
  })
  const durations: Histogram = meter.createHistogram('agentguard.check.duration', {
    description: 'Time to a verdict that is in the audit log.',
    unit: 's',
    advice: { explicitBucketBoundaries: seconds }
  })
  const waits: Histogram = meter.createHistogram('agentguard.approval.wait', {
    description: 'Time that an approval waited for its end.',
    unit: 's',
    advice: { explicitBucketBoundaries: waiting }
  })

  function start(action: ActionRequest, tenant: string, parent: TraceParent | undefined): Span {
    const attributes = actionAttributes(action, tenant, options)
    const context = parent
      ? api.trace.setSpanContext(api.ROOT_CONTEXT, {
          traceId: parent.traceId,
          spanId: parent.spanId,
          traceFlags: parent.flags,
          isRemote: true,
          ...(parent.state ? { traceState: api.createTraceState(parent.state) } : {})
        })
      : api.ROOT_CONTEXT
    const tool = attributes['gen_ai.tool.name'] ?? toolNameOf(action)
    const kind = api.SpanKind.INTERNAL
    return tracer.startSpan(`execute_tool ${tool}`, { kind, attributes }, context)
  }

  function traceIdOf(span: Span): string | undefined {
    const context = safely(() => span.spanContext())
    return context && api.isSpanContextValid(context) ? context.traceId : undefined
  }

  function end(span: Span, { result, by }: Decided): void {
    span.setAttributes(verdictAttributes(result, by))
    // A denial is what we are for. A fault is none.
    if (by === 'fault') {
      span.setAttribute('error.type', result.matched_rule ?? 'deny:guard')
      span.setStatus({ code: api.SpanStatusCode.ERROR, message: result.reason })
    }
    span.end()
  }

  function safely<T>(tell: () => T): T | undefined {
    try {
      return tell()
    } catch (error) {
      onError(error)
      return undefined
    }
  }

  return {
    async decide(action, { tenant, parent }, decide) {
      const span = safely(() => start(action, tenant, parent))
      try {
        const decided = await decide(span && traceIdOf(span))
        safely(() => span && end(span, decided))
        return decided
      } catch (error) {
        // Only who has gone makes a check end like this.
        safely(() => span?.setStatus({ code: api.SpanStatusCode.ERROR, message: 'aborted' }).end())
        throw error
      }
    },
    guardEvent(event) {
      if (event.type === 'check') {
        const { decision } = event.result
        checks.add(1, { 'agentguard.decision': decision, 'agentguard.decided_by': event.by })
        durations.record((event.policyMs + event.auditMs) / 1000, {
          'agentguard.decision': decision
        })
      }
      if (event.type !== 'approval-changed') return
      const outcome = outcomeOf(event.approval)
      if (outcome !== 'approved' && outcome !== 'denied' && outcome !== 'expired') return
      const { created_at, resolved_at } = event.approval
      const waitedMs = Date.parse(resolved_at) - Date.parse(created_at)
      if (waitedMs >= 0) waits.record(waitedMs / 1000, { 'agentguard.outcome': outcome })
    },
    close
  }
}

/** Telemetry that nobody has asked for: it does nothing. */
export const noTelemetry: Telemetry = {
  decide: (_, __, decide) => decide(),
  guardEvent() {},
  async close() {}
}
