import type { RedactorOf } from '../policy/redactors.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { version } from '../version.ts'
import type { ServeOptions } from './options.ts'

/** Starts OpenTelemetry where it is wanted. Rejects if it is wanted and not installed. */
export async function openTelemetry(
  { hasTelemetry }: Pick<ServeOptions, 'hasTelemetry'>,
  env: Readonly<Record<string, string | undefined>>,
  redactorOf: RedactorOf
): Promise<Telemetry | undefined> {
  if (!hasTelemetry) return undefined
  const { startTelemetry } = await import('../telemetry/start-telemetry.ts')
  return await startTelemetry({
    version,
    env,
    redactText: (text) => redactorOf('local').redactText(text)
  })
}
