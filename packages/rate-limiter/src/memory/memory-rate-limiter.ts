import { checkRateLimit, lifetimeMs, type RateLimit } from '../rate-limit.ts'
import type { RateKey, RateLimiter, RateTake } from '../rate-limiter.ts'
import { checkBound, keySize, mayGrow } from '../room.ts'
import { BucketGroup } from './bucket-group.ts'
import { GroupTable } from './group-table.ts'

export interface MemoryRateLimiterOptions {
  /**
   * How many keys are remembered, all tenants and scopes together. A name of more than 64 characters
   * counts for several.
   *
   * @defaultValue 100000
   */
  readonly maxKeys?: number
  /**
   * Told how many keys of a tenant and scope were forgotten to make room for others. Nothing of them
   * counted any more. It must not throw.
   */
  readonly onForgotten?: (of: Pick<RateKey, 'tenant' | 'scope'>, count: number) => void
}

/** A rate limiter that answers at once. */
export interface MemoryRateLimiter extends RateLimiter {
  take(key: RateKey, limit: RateLimit, now: number): RateTake
  /** How much of `maxKeys` is taken. */
  readonly size: number
}

/**
 * Rate limits of this process, forgotten when it ends.
 *
 * `now` should come from a monotonic clock. One that jumps ahead and back admits nothing more for it,
 * but holds up the keys used in between until it has caught up.
 */
export function memoryRateLimiter({
  maxKeys = 100_000,
  onForgotten
}: MemoryRateLimiterOptions = {}): MemoryRateLimiter {
  checkBound('maxKeys', maxKeys)
  const groups = new GroupTable<BucketGroup>()
  const hasRoom = (group: BucketGroup, agent: string): boolean =>
    mayGrow(group.size + keySize(agent), groups.size, maxKeys)

  function openGroup({ tenant, scope }: RateKey, limit: RateLimit, now: number) {
    if (groups.size >= maxKeys) groups.relieve(now)
    if (groups.size >= maxKeys) return undefined
    const group = new BucketGroup(groups.startAt(now), lifetimeMs(limit), (count) =>
      onForgotten?.({ tenant, scope }, count)
    )
    return groups.add(tenant, scope, group)
  }

  function makeRoom(group: BucketGroup, agent: string, now: number): void {
    // Early enough for what comes and goes to be forgotten before the room is full.
    const isHalfFull = group.youngSize * 2 >= maxKeys - groups.size
    if (isHalfFull) groups.resize(group, () => group.renew(now))
    if (!hasRoom(group, agent)) groups.relieve(now, group)
  }

  function takeNew(group: BucketGroup, agent: string, limit: RateLimit, now: number): RateTake {
    makeRoom(group, agent, now)
    if (!hasRoom(group, agent)) return group.takeShared(limit)
    return groups.resize(group, () => group.takeNew(agent, limit))
  }

  return {
    get size() {
      return groups.size
    },
    take(key, limit, now) {
      checkRateLimit(limit, now)
      const longestMs = lifetimeMs(limit)
      const group = groups.get(key.tenant, key.scope) ?? openGroup(key, limit, now)
      if (!group) return { ok: false, retryAfterMs: Math.ceil(longestMs) }
      const at = group.advance(now, longestMs)
      const take = group.takeKnown(key.agent, limit) ?? takeNew(group, key.agent, limit, at)
      // The clock has to catch up first.
      return take.ok || at === now
        ? take
        : { ok: false, retryAfterMs: Math.ceil(take.retryAfterMs + at - now) }
    }
  }
}
