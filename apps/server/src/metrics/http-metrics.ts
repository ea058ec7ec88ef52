import type { Histogram } from 'prom-client'
import { createPlaces, otherLabel } from './bounded-labels.ts'
import type { Meters, Tally } from './meters.ts'

/** A request that has been answered. */
export interface HttpObservation {
  /** The template of its route, such as `/v1/status/{id}`; never a path. Empty if it has none. */
  readonly route: string
  readonly method: string
  readonly status: number
  readonly durationMs: number
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
/** More than there are. Whoever gives a path for a template does no harm. */
const maxRoutes = 200

interface Series {
  readonly requests: Tally
  readonly durations: Histogram.Internal<string>
}

/** Creates the counting of requests. */
export function createHttpMetrics(meters: Meters): (request: HttpObservation) => void {
  const durations = meters.histogram('http_request_duration_seconds')
  const tooLarge = meters.tally('request_rejected_total', { reason: 'body_too_large' })
  const hasPlace = createPlaces(maxRoutes)
  /** Lookups by labels cost more. Bounded by routes, methods and statuses. */
  const known = new Map<string, Series>()

  return ({ route, method, status, durationMs }) => {
    const name = route !== '' && hasPlace(route) ? route : otherLabel
    const verb = methods.has(method) ? method : otherLabel
    const key = `${status} ${verb} ${name}`
    let series = known.get(key)
    if (!series) {
      series = {
        requests: meters.tally('http_requests_total', {
          route: name,
          method: verb,
          status: String(status)
        }),
        durations: durations.labels(name)
      }
      known.set(key, series)
    }
    series.requests.pending++
    if (status === 413) tooLarge.pending++
    series.durations.observe(durationMs / 1000)
  }
}
