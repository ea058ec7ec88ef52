import type { GuardEvent } from './guard-event.ts'
import type { GuardOptions, GuardPart } from './guard-options.ts'
import { notifyOf } from './notifications.ts'

/** Tells others what happens and what fails. Nothing that they do changes a verdict. */
export interface Reporter {
  emit(event: GuardEvent): void
  fail(part: GuardPart, error: unknown): void
  subscribe(listener: (event: GuardEvent) => void): () => void
}

/** Creates a reporter for the listeners of the options and those that subscribe. */
export function createReporter({ notifier, onEvent, onError }: GuardOptions): Reporter {
  const listeners = new Set<(event: GuardEvent) => void>([
    ...(notifier ? [notifyOf(notifier)] : []),
    ...(onEvent ? [onEvent] : [])
  ])

  function fail(part: GuardPart, error: unknown): void {
    // Whoever is told of failures has nobody to tell of its own.
    tell(
      (cause: unknown) => onError?.(part, cause),
      error,
      () => {}
    )
  }

  const failed = (error: unknown): void => fail('notifier', error)

  return {
    fail,
    emit(event) {
      for (const listener of listeners) tell(listener, event, failed)
    },
    subscribe(listener) {
      // Its own, so that one who subscribes twice can leave once.
      const own = (event: GuardEvent): void => listener(event)
      listeners.add(own)
      return () => listeners.delete(own)
    }
  }
}

/** Calls somebody who should not throw, nor reject: nobody waits, and it must not end the process. */
function tell<T>(listener: (news: T) => unknown, news: T, failed: (error: unknown) => void): void {
  try {
    const answer = listener(news)
    if (answer instanceof Promise) answer.catch(failed)
  } catch (error) {
    failed(error)
  }
}
