import type { AuditHealth } from '@agentguard/audit'
import type { HealthReport } from '@agentguard/protocol'

/** What is known of the parts of the server when somebody asks how it does. */
export interface HealthProbes {
  readonly audit?: () => Pick<AuditHealth, 'status'>
  /** Whether approvals and budgets can be kept. */
  readonly isStoreUp?: () => boolean
  /** The digest of the policy that is in force for a tenant. */
  readonly policyDigest?: (tenant: string) => string | undefined
}

/** How the server does, with what the contract does not have. */
interface ServerHealth extends HealthReport {
  readonly policy_digest?: string
}

/** Why the server is degraded. */
export type Degradation =
  | 'policy_reload_failed'
  | 'audit_failed'
  | 'audit_log_changed'
  | 'store_failed'
  | 'notifications_dropped'
  | 'clock_jumped'

/** Whether requests should be sent here, and if not, why. */
export type Readiness =
  | { readonly status: 'ready' }
  | { readonly status: 'unready'; readonly reasons: readonly string[] }

export interface Health {
  /** How the server does at this moment, for a tenant. */
  report(tenant?: string): ServerHealth
  /** Whether requests should be sent here. */
  readiness(): Readiness
  /** What is wrong at this moment, for all tenants. */
  degraded(): Readonly<Record<Degradation, boolean>>
  /** A check of a tenant was judged. */
  checked(tenant?: string): void
  /** A policy of a tenant has come into force. */
  policyLoaded(tenant: string): void
  /** What is stored for a tenant is no policy; the one before is in force, if there was one. */
  policyFailed(tenant: string): void
  /** A tenant is no longer there. */
  policyRemoved(tenant: string): void
  /** A query of the audit log could not read some lines. */
  linesUnreadable(tenant: string, count: number): void
  /** A notification of a tenant was not delivered, for want of room. */
  notificationDropped(tenant: string): void
  /** The audit log is not as it was left. */
  logChanged(): void
  /** The clock has jumped. */
  clockJumped(byMs: number): void
  /** The server begins to stop: nothing more should be sent here. */
  stopping(): void
}

const quietMs = 5 * 60_000
const staleMs = 24 * 3_600_000
/** How long a dropped notification, a jump of the clock and a log that was changed are told of. */
const recentMs = 3_600_000

interface TenantHealth {
  checkedAt: number | undefined
  loadedAt: number | undefined
  isPolicyBroken: boolean
  unreadable: number
  dropped: number
  droppedAt: number
}

/** Creates the memory of how the server does. A probe is no traffic: only checks count. */
export function createHealth(
  version: string,
  now: () => number = Date.now,
  probes: HealthProbes = {}
): Health {
  const startedAt = now()
  const tenants = new Map<string, TenantHealth>()
  const broken = new Set<string>()
  let clock: { readonly byMs: number; readonly at: number } | undefined
  let droppedAt = Number.NEGATIVE_INFINITY
  let changedAt = Number.NEGATIVE_INFINITY
  let isStopping = false

  /** Only for tenants that have a policy: agents can make up others. */
  function of(tenant: string): TenantHealth {
    const known = tenants.get(tenant)
    if (known) return known
    const fresh: TenantHealth = {
      checkedAt: undefined,
      loadedAt: undefined,
      isPolicyBroken: false,
      unreadable: 0,
      dropped: 0,
      droppedAt: Number.NEGATIVE_INFINITY
    }
    tenants.set(tenant, fresh)
    return fresh
  }

  /** `failed` and `closed` mean the same: nothing can be answered but DENY. */
  const isAuditDown = (): boolean => (probes.audit?.().status ?? 'ok') !== 'ok'
  const isStoreDown = (): boolean => probes.isStoreUp?.() === false
  const isRecent = (at: number): boolean => now() - at < recentMs
  const hasJumped = (): boolean => clock !== undefined && isRecent(clock.at)

  function partsFailed(): string[] {
    return [
      ...(isAuditDown() ? ['audit: the log cannot be written: every check is denied'] : []),
      ...(isStoreDown() ? ['store: approvals and budgets cannot be kept'] : [])
    ]
  }

  /** The warnings of AgentGuard 1.0 in its words and order, then ours. */
  function warnings(own: TenantHealth, at: number): string[] {
    const { checkedAt, loadedAt, unreadable, dropped, isPolicyBroken } = own
    const found: string[] = []
    if (at - (checkedAt ?? startedAt) > quietMs) found.push('no traffic in 5m+')
    if (at - (loadedAt ?? startedAt) > staleMs) found.push('policy not reloaded in 24h+')
    if (unreadable > 0) found.push(`audit: ${unreadable} corrupt line(s) skipped during queries`)
    if (dropped > 0) found.push(`notify: ${dropped} notification(s) dropped (queue_full)`)
    if (isPolicyBroken) found.push('policy reload failed: the policy before it is in force')
    found.push(...partsFailed(), ...recentlyHappened())
    return found
  }

  function recentlyHappened(): string[] {
    return [
      ...(isRecent(changedAt) ? ['audit: the log is not as it was left'] : []),
      ...(clock && hasJumped() ? [`clock: jumped by ${Math.round(clock.byMs / 1000)} s`] : [])
    ]
  }

  function isDegraded({ isPolicyBroken, droppedAt }: TenantHealth): boolean {
    const isDown = isAuditDown() || isStoreDown()
    return isPolicyBroken || isDown || isRecent(changedAt) || isRecent(droppedAt) || hasJumped()
  }

  return {
    report(tenant = 'local') {
      const at = now()
      const own = of(tenant)
      const { checkedAt, loadedAt } = own
      const digest = probes.policyDigest?.(tenant)
      return {
        status: isDegraded(own) ? 'degraded' : 'ok',
        version,
        tenant,
        ...(checkedAt === undefined ? {} : { last_request_at: timestamp(checkedAt) }),
        ...(loadedAt === undefined ? {} : { last_policy_load_at: timestamp(loadedAt) }),
        uptime_seconds: Math.max(0, Math.floor((at - startedAt) / 1000)),
        warnings: warnings(own, at),
        ...(digest === undefined ? {} : { policy_digest: digest })
      }
    },
    readiness() {
      const reasons = [
        ...(of('local').loadedAt === undefined ? ['no policy is loaded'] : []),
        ...partsFailed(),
        ...(isStopping ? ['shutting down'] : [])
      ]
      return reasons.length === 0 ? { status: 'ready' } : { status: 'unready', reasons }
    },
    degraded: () => ({
      policy_reload_failed: broken.size > 0,
      audit_failed: isAuditDown(),
      audit_log_changed: isRecent(changedAt),
      store_failed: isStoreDown(),
      notifications_dropped: isRecent(droppedAt),
      clock_jumped: hasJumped()
    }),
    checked(tenant = 'local') {
      const own = tenant === 'local' ? of(tenant) : tenants.get(tenant)
      if (own) own.checkedAt = now()
    },
    policyLoaded(tenant) {
      const own = of(tenant)
      own.isPolicyBroken = false
      own.loadedAt = now()
      broken.delete(tenant)
    },
    policyFailed(tenant) {
      of(tenant).isPolicyBroken = true
      broken.add(tenant)
    },
    policyRemoved(tenant) {
      tenants.delete(tenant)
      broken.delete(tenant)
    },
    linesUnreadable(tenant, count) {
      const own = tenants.get(tenant)
      if (own) own.unreadable += count
    },
    notificationDropped(tenant) {
      droppedAt = now()
      const own = tenants.get(tenant)
      if (!own) return
      own.dropped++
      own.droppedAt = droppedAt
    },
    logChanged() {
      changedAt = now()
    },
    clockJumped(byMs) {
      clock = { byMs, at: now() }
    },
    stopping() {
      isStopping = true
    }
  }
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString()
}
