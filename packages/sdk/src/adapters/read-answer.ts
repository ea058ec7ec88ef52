/** What the client of a paused framework has answered: never more than a wish. */
export type Answer =
  | { readonly type: 'approve' }
  | { readonly type: 'reject'; readonly message?: string }
  | { readonly type: 'edit'; readonly name: unknown; readonly args: unknown }

/** `true`, `{ approved: true }`, or one decision of LangChain's human-in-the-loop response; all else is a no. */
export function readAnswer(given: unknown): Answer {
  if (given === true) return { type: 'approve' }
  if (typeof given !== 'object' || given === null) return { type: 'reject' }
  if ('approved' in given && given.approved === true) return { type: 'approve' }
  if (!('decisions' in given) || !Array.isArray(given.decisions)) return { type: 'reject' }
  const [decision, ...more] = given.decisions as readonly unknown[]
  if (typeof decision !== 'object' || decision === null || more.length > 0)
    return { type: 'reject' }
  return readDecision(decision as Readonly<Record<string, unknown>>)
}

function readDecision({ type, editedAction, message }: Readonly<Record<string, unknown>>): Answer {
  if (type === 'approve') return { type }
  if (type !== 'edit' || typeof editedAction !== 'object' || editedAction === null) {
    return { type: 'reject', ...(typeof message === 'string' && { message }) }
  }
  const { name, args } = editedAction as { readonly name?: unknown; readonly args?: unknown }
  return { type: 'edit', name, args }
}
