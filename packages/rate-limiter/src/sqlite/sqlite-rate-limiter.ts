import type { DatabaseSync } from 'node:sqlite'
import { type Bucket, elapsesAt, takeOne } from '../bucket.ts'
import { checkRateLimit, lifetimeMs, type RateLimit } from '../rate-limit.ts'
import type { RateLimiter, RateTake } from '../rate-limiter.ts'
import { checkBound, keySize } from '../room.ts'
import { inTransaction } from './in-transaction.ts'
import { migrate } from './migrate.ts'
import { sharedName, sqliteRoom } from './sqlite-room.ts'

export interface SqliteRateLimiterOptions {
  /** Opened by the caller, who also closes it. Its tables are brought up to date here. */
  readonly database: DatabaseSync
  /**
   * How many keys are remembered, all tenants and scopes together. A name of more than 64 characters
   * counts for several.
   *
   * @defaultValue 1000000
   */
  readonly maxKeys?: number
}

/**
 * Rate limits in a SQLite file, strict across all processes of the machine that have it open.
 *
 * `now` is the time of day. A token is stored before it is granted.
 */
export function sqliteRateLimiter({
  database,
  maxKeys = 1_000_000
}: SqliteRateLimiterOptions): RateLimiter {
  checkBound('maxKeys', maxKeys)
  migrate(database)
  const room = sqliteRoom(database, 'rate', maxKeys)
  const read = database.prepare(
    'select used, at, parts from rate_buckets where owner = ? and name = ?'
  )
  const write = database.prepare(
    `insert into rate_buckets (owner, name, size, used, at, parts, elapses_at)
      values (?, ?, ?, ?, ?, ?, ?)
      on conflict (owner, name) do update set
        used = excluded.used, at = excluded.at, parts = excluded.parts,
        elapses_at = excluded.elapses_at`
  )

  function bucketOf(owner: string, name: string): Bucket | undefined {
    const row = read.get(owner, name)
    return row && { used: Number(row['used']), at: Number(row['at']), parts: Number(row['parts']) }
  }

  /** Takes from a bucket, for the row of a name. */
  function takeFor(
    [owner, name]: readonly [owner: string, name: string],
    limit: RateLimit,
    { bucket: before, now }: { readonly bucket: Bucket | undefined; readonly now: number }
  ): RateTake {
    const step = takeOne(before, limit, now)
    if (step.take.ok) {
      const { used, at, parts } = step
      write.run(owner, name, keySize(name), used, at, parts, elapsesAt(step, limit))
    }
    return step.take
  }

  function takeNew(owner: string, name: string, limit: RateLimit, now: number): RateTake {
    const isOwn = room.makeRoom(owner, name, now)
    const at = room.startAt(now)
    const shared = bucketOf(owner, sharedName)
    if (isOwn) {
      // Who has taken from the shared bucket before does not start afresh.
      const bucket = shared && elapsesAt(shared, limit) > at ? shared : undefined
      return takeFor([owner, name], limit, { bucket, now: at })
    }
    if (!shared && room.isFull()) return { ok: false, retryAfterMs: Math.ceil(lifetimeMs(limit)) }
    return takeFor([owner, sharedName], limit, { bucket: shared, now: at })
  }

  return {
    take({ tenant, scope, agent }, limit, now) {
      checkRateLimit(limit, now)
      const owner = JSON.stringify([tenant, scope])
      const name = JSON.stringify(agent)
      return inTransaction(database, () => {
        const bucket = bucketOf(owner, name)
        return bucket
          ? takeFor([owner, name], limit, { bucket, now })
          : takeNew(owner, name, limit, now)
      })
    }
  }
}
