import { formatConsole } from '../format-line.ts'
import type { Target } from '../target.ts'

/** Writes deliveries for a person at a terminal. */
export function consoleTarget({ write }: { readonly write: (text: string) => void }): Target {
  return {
    async send(delivery) {
      write(formatConsole(delivery))
      return { ok: true }
    }
  }
}
