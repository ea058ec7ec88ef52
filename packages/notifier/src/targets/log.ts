import { formatLog } from '../format-line.ts'
import type { ResolvedTarget } from '../settings.ts'
import type { Target } from '../target.ts'

/** Writes deliveries to the log. */
export function logTarget(
  { level }: Pick<ResolvedTarget, 'level'>,
  { write }: { readonly write: (text: string) => void }
): Target {
  return {
    async send(delivery) {
      write(formatLog(delivery, level))
      return { ok: true }
    }
  }
}
