/** That the server cannot have its state. The message is for the operator, on one line, with what to do. */
export class StateError extends Error {
  override readonly name = 'StateError'
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
