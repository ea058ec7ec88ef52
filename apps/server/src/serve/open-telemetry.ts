import type { RedactorOf } from '../policy/redactors.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { version } from '../version.ts'
import type { ServeOptions } from './options.ts'

/** Values of `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` that want spans to hold what was asked. */
const capturing = new Set(['true', 'span_only', 'span_and_event'])

/** Starts OpenTelemetry where it is wanted. Rejects if it is wanted and not installed. */
export async function openTelemetry(
  { hasTelemetry }: Pick<ServeOptions, 'hasTelemetry'>,
  env: Readonly<Record<string, string | undefined>>,
  redactorOf: RedactorOf
): Promise<Telemetry | undefined> {
  if (!hasTelemetry) return undefined
  const { startTelemetry } = await import('../telemetry/start-telemetry.ts')
  const capture = env['OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT']?.toLowerCase() ?? ''
  return await startTelemetry({
    version,
    env,
    redactText: (text, tenant) => redactorOf(tenant).redactText(text),
    showAction: capturing.has(capture)
      ? (action, tenant) => redactorOf(tenant).redactAction(action)
      : undefined
  })
}
