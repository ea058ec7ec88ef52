import type { AttributeOptions } from './span-attributes.ts'
import { createTelemetry, type Telemetry } from './telemetry.ts'

/** The part of `@opentelemetry/sdk-node` that is used. */
interface NodeSdkModule {
  readonly NodeSDK: new (options: {
    readonly serviceName?: string
    readonly instrumentations: readonly never[]
    readonly resourceDetectors?: readonly unknown[]
  }) => { start(): void; shutdown(): Promise<void> }
  readonly resources: { readonly envDetector: unknown; readonly hostDetector: unknown }
}

/** How telemetry is started. */
export interface StartTelemetryOptions extends AttributeOptions {
  readonly version: string
  /** What the environment says of OpenTelemetry: only whether it names the service is looked at here. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Imports a module. It is a parameter because the modules need not be there. */
  readonly load?: (name: string) => Promise<unknown>
}

/** OpenTelemetry was asked for and cannot be had. */
export class TelemetryError extends Error {
  readonly code = 'telemetry_unavailable'
}

/**
 * Starts the OpenTelemetry SDK for node, which reads the `OTEL_*` variables by itself: where to send,
 * how often, how much. Rejects with a {@link TelemetryError} if it is not installed.
 */
export async function startTelemetry(options: StartTelemetryOptions): Promise<Telemetry> {
  const { env, load = (name: string): Promise<unknown> => import(name) } = options
  const [api, { NodeSDK, resources }] = (await Promise.all(
    ['@opentelemetry/api', '@opentelemetry/sdk-node'].map((name) => loadInstalled(name, load))
  )) as [typeof import('@opentelemetry/api'), NodeSdkModule]
  const isNamed =
    env['OTEL_SERVICE_NAME'] || env['OTEL_RESOURCE_ATTRIBUTES']?.includes('service.name=')
  // The SDK's own choice has the command line among it, and that may hold an API key.
  const { envDetector, hostDetector } = resources
  const detectors = env['OTEL_NODE_RESOURCE_DETECTORS']
    ? {}
    : { resourceDetectors: [envDetector, hostDetector] }
  const sdk = new NodeSDK({
    ...(isNamed ? {} : { serviceName: 'agentguard' }),
    ...detectors,
    // Nothing is patched: what we tell is what is told.
    instrumentations: []
  })
  sdk.start()
  return createTelemetry({ ...options, api, close: () => sdk.shutdown() })
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
