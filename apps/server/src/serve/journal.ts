import type { AuditLog } from '@agentguard/audit'

/** Writes down what is no decision: starts, policy loads, tenants that come and go. Never throws. */
export interface Journal {
  note(kind: string, detail?: Readonly<Record<string, unknown>>): void
  /** From now on notes go to this log, those first that came before it was open. */
  attach(audit: Pick<AuditLog, 'appendEvent'>): void
  /** Resolves when all that was noted is in the log, or could not be written. */
  settled(): Promise<void>
}

/** How many notes wait for the log to be opened, and how many are being written. */
const maxWaiting = 1000

export function createJournal(onError: (error: unknown) => void): Journal {
  const waiting: [kind: string, detail: Readonly<Record<string, unknown>> | undefined][] = []
  const writing = new Set<Promise<unknown>>()
  let log: Pick<AuditLog, 'appendEvent'> | undefined

  function note(kind: string, detail?: Readonly<Record<string, unknown>>): void {
    if (waiting.length + writing.size >= maxWaiting) {
      onError(new Error(`${kind} was not noted`))
      return
    }
    if (!log) {
      waiting.push([kind, detail])
      return
    }
    const written = log
      .appendEvent(kind, detail)
      .catch(onError)
      .finally(() => writing.delete(written))
    writing.add(written)
  }

  return {
    note,
    attach(audit) {
      log = audit
      for (const [kind, detail] of waiting.splice(0)) note(kind, detail)
    },
    async settled() {
      await Promise.all(writing)
    }
  }
}
