/** How much one source may write: a bucket of bytes that fills up again steadily. */
export interface SourceBudget {
  /** How much at once. */
  readonly burstBytes: number
  /** How much per hour in the long run. */
  readonly bytesPerHour: number
  /** How many sources are told apart. Those beyond share one bucket. */
  readonly maxSources: number
}

/** Keeps one source from filling the log, whatever it writes. */
export interface SourceBudgets {
  /** Takes so many bytes from the budget of a source. Returns whether it had them. */
  take(source: string, bytes: number, now: number): boolean
  /** How often each source was refused since the last time. */
  takeRefusals(): { readonly source: string; readonly refused: number }[]
}

interface Bucket {
  bytes: number
  at: number
  refused: number
}

const hourMs = 3_600_000

/** The name that the sources beyond `maxSources` share. */
const others = '*'

export function createSourceBudgets(budget: SourceBudget): SourceBudgets {
  const { burstBytes, bytesPerHour, maxSources } = budget
  const buckets = new Map<string, Bucket>()
  const refused = new Set<string>()

  function refill(bucket: Bucket, now: number): Bucket {
    // INVARIANT: `at` never moves back, so a clock that does gives nothing away.
    const elapsedMs = Math.max(0, now - bucket.at)
    bucket.bytes = Math.min(burstBytes, bucket.bytes + (elapsedMs * bytesPerHour) / hourMs)
    bucket.at += elapsedMs
    return bucket
  }

  /** Makes room. INVARIANT: a bucket is forgotten only when it is full, which is what a new one is. */
  function forgetFull(now: number): void {
    for (const [source, bucket] of buckets) {
      if (bucket.refused === 0 && refill(bucket, now).bytes >= burstBytes) buckets.delete(source)
    }
  }

  let sweptAt = Number.NEGATIVE_INFINITY
  function bucketOf(source: string, now: number): [string, Bucket] {
    const known = buckets.get(source)
    if (known) return [source, refill(known, now)]
    if (buckets.size >= maxSources && now - sweptAt >= 1000) {
      sweptAt = now
      forgetFull(now)
    }
    const name = buckets.size >= maxSources ? others : source
    const bucket = buckets.get(name) ?? { bytes: burstBytes, at: now, refused: 0 }
    buckets.set(name, bucket)
    return [name, refill(bucket, now)]
  }

  return {
    take(source, bytes, now) {
      const [name, bucket] = bucketOf(source, now)
      if (bucket.bytes >= bytes) {
        bucket.bytes -= bytes
        return true
      }
      bucket.refused++
      refused.add(name)
      return false
    },
    takeRefusals() {
      const refusals = []
      for (const source of refused) {
        const bucket = buckets.get(source)
        if (!bucket) continue
        refusals.push({ source, refused: bucket.refused })
        bucket.refused = 0
      }
      refused.clear()
      return refusals
    }
  }
}
