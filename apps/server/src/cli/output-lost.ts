/** What can be said when standard output cannot be written. */
interface LostOutput {
  /** For a person; undefined where it is nobody's mistake: whoever read has gone. */
  readonly message: string | undefined
  readonly exit: number
}

/** Commands whose exit code 1 is an answer: that nothing was printed must not look like one. */
const answersByExit: ReadonlySet<string> = new Set(['check', 'replay'])

/**
 * How a command ends whose output cannot be written. Undefined for a server, which has more to do than to be
 * read.
 */
export function describeLostOutput(
  error: { readonly code?: string; readonly message: string },
  command: string
): LostOutput | undefined {
  if (command === 'serve') return undefined
  return {
    message:
      error.code === 'EPIPE'
        ? undefined
        : `agentguard: the output cannot be written: ${error.message}`,
    exit: answersByExit.has(command) ? 3 : 1
  }
}
