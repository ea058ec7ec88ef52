import { type Event, getFunctionCalls, getFunctionResponses } from '@google/adk'
import { isOurs } from './confirmation.ts'

/**
 * The event that asks for confirmations, with a response to each call that waits for ours. Without one the framework,
 * as of 2.0.0, does not find in its history that a plugin has asked, and refuses to go on. Undefined if there is
 * nothing to add.
 */
export function answeredEvent(event: Event): Event | undefined {
  const confirmations = event.actions.requestedToolConfirmations
  const answered = new Set(getFunctionResponses(event).map(({ id }) => id))
  const waiting = getFunctionCalls(event)
    .map(({ args }) => args?.['originalFunctionCall'] as Call | undefined)
    .filter((call): call is Required<Call> => {
      if (!call?.id || !call.name || answered.has(call.id)) return false
      return isOurs(confirmations[call.id]?.payload)
    })
  if (waiting.length === 0) return undefined
  const parts = waiting.map(({ id, name }) => ({
    functionResponse: { id, name, response: { error: confirmations[id]?.hint } }
  }))
  return {
    ...event,
    content: { ...event.content, parts: [...(event.content?.parts ?? []), ...parts] }
  }
}

interface Call {
  readonly id?: string
  readonly name?: string
}
