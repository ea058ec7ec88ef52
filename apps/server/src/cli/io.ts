/** What a command may touch. */
export interface Io {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Resolves when there is room for more output: whoever prints without end waits for it. */
  readonly drained?: () => Promise<void>
  readonly input: AsyncIterable<Uint8Array>
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted when the process is asked to stop. From the first call on, that no longer ends it. */
  readonly stopSignal: () => AbortSignal
  /** What of it is a terminal. Absent when nothing is. */
  readonly terminal?: Terminal
}

/** Where a person sits. */
export interface Terminal {
  /** Whether standard output is one. */
  readonly out: boolean
  /** Whether standard error is one. */
  readonly err: boolean
  /** How many characters fit into a line. */
  readonly columns: number
  /** Starts to read single keys. Absent when standard input is no terminal. */
  readonly openKeys?: () => Keys
  /** Asks for a line. Absent when standard input is no terminal. */
  readonly ask?: (question: string) => Promise<string>
}

/** Keys as they are pressed. */
export interface Keys {
  /**
   * Resolves to the next key that is pressed from now on; to undefined when it is aborted first. What
   * was pressed while nobody waited is dropped: it was meant for something else.
   */
  next(signal: AbortSignal): Promise<string | undefined>
  /** Resolves when no key was pressed for so long, and drops those before. A key that is held down never is. */
  quiet(ms: number, signal: AbortSignal): Promise<void>
  /** Gives the terminal back. */
  close(): void
}
