import type { NotifierEvent } from '@agentguard/notifier'
import type { Meters } from './meters.ts'

/** Creates the counting of what becomes of notifications. */
export function createNotifierMetrics(meters: Meters): (event: NotifierEvent) => void {
  const outcomes = meters.counter('notify_outcomes_total')
  const durations = meters.histogram('notify_dispatch_duration_seconds')
  const dropped = meters.counter('notify_events_dropped_total')

  return (event) => {
    const notifier = 'target' in event ? event.target.type : 'unknown'
    outcomes.inc({ notifier, outcome: event.type })
    if ('durationMs' in event) durations.observe({ notifier }, event.durationMs / 1000)
    if (event.type === 'given_up' && event.reason === 'queue_full') {
      dropped.inc({ notifier, reason: event.reason })
    }
  }
}
