/** What a command may touch. */
export interface Io {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly input: AsyncIterable<Uint8Array>
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted when the process is asked to stop. From the first call on, that no longer ends it. */
  readonly stopSignal: () => AbortSignal
}
