import { setTimeout } from 'node:timers/promises'
import { describeService, type ServiceAttributes } from './describe-service.ts'
import type { AttributeOptions } from './span-attributes.ts'
import { createTelemetry, type Telemetry } from './telemetry.ts'

/** The part of `@opentelemetry/sdk-node` that is used. */
interface NodeSdkModule {
  readonly NodeSDK: new (options: {
    readonly serviceName?: string
    readonly instrumentations: readonly never[]
    readonly resourceDetectors?: readonly { detect(): { attributes: ServiceAttributes } }[]
  }) => { start(): void; shutdown(): Promise<void> }
}

/** How long a collector may take for what is left when the server stops. */
const closeMs = 500

/** How telemetry is started. */
export interface StartTelemetryOptions extends AttributeOptions {
  readonly version: string
  /** What the environment says of OpenTelemetry: only what describes the service is looked at here. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Imports a module. It is a parameter because the modules need not be there. */
  readonly load?: (name: string) => Promise<unknown>
}

/** OpenTelemetry was asked for and cannot be had, or its collector did not take what was left. */
export class TelemetryError extends Error {
  readonly code = 'telemetry_unavailable'
}

/**
 * Starts the OpenTelemetry SDK for node, which reads the `OTEL_*` variables by itself: where to send,
 * how often, how much. Rejects with a {@link TelemetryError} if it is not installed, or if what describes
 * the service cannot be read.
 *
 * Closing it rejects with one if the collector does not take in time what is left: the SDK would wait 10 s.
 */
export async function startTelemetry(options: StartTelemetryOptions): Promise<Telemetry> {
  const { env, load = (name: string): Promise<unknown> => import(name) } = options
  const [api, { NodeSDK }] = (await Promise.all(
    ['@opentelemetry/api', '@opentelemetry/sdk-node'].map((name) => loadInstalled(name, load))
  )) as [typeof import('@opentelemetry/api'), NodeSdkModule]
  const sdk = new NodeSDK({
    ...resourceOf(env),
    // Nothing is patched: what we tell is what is told.
    instrumentations: []
  })
  sdk.start()
  return createTelemetry({ ...options, api, close: () => inTime(sdk.shutdown()) })
}

async function inTime(shutdown: Promise<void>): Promise<void> {
  const timer = new AbortController()
  try {
    await Promise.race([
      shutdown,
      setTimeout(closeMs, undefined, { signal: timer.signal }).then(() => {
        throw new TelemetryError('the collector did not take the last spans and metrics in time')
      })
    ])
  } finally {
    timer.abort()
  }
}

/** What the SDK is to say of us. Whoever names detectors gets those, and the name of the service. */
function resourceOf(env: StartTelemetryOptions['env']) {
  const attributes = readDescription(env)
  return env['OTEL_NODE_RESOURCE_DETECTORS']
    ? { serviceName: attributes['service.name'] ?? 'agentguard' }
    : { resourceDetectors: [{ detect: () => ({ attributes }) }] }
}

function readDescription(env: StartTelemetryOptions['env']): ServiceAttributes {
  try {
    return describeService(env)
  } catch (cause) {
    throw new TelemetryError((cause as SyntaxError).message, { cause })
  }
}

async function loadInstalled(
  name: string,
  load: (name: string) => Promise<unknown>
): Promise<unknown> {
  try {
    return await load(name)
  } catch (cause) {
    const how = 'npm install @opentelemetry/api @opentelemetry/sdk-node'
    throw new TelemetryError(`\`${name}\` cannot be loaded; install it beside agentguard: ${how}`, {
      cause
    })
  }
}
