import type { HealthReport } from '@agentguard/protocol'

export interface Health {
  /** How the server does at this moment. */
  report(): HealthReport
  /** A check was judged. */
  checked(): void
  /** A policy has come into force, or the file on disk is no longer one. */
  policyLoaded(isValid: boolean): void
}

const quietMs = 5 * 60_000
const staleMs = 24 * 3_600_000

/** Creates the memory of how the server does. A probe is no traffic: only checks count. */
export function createHealth(version: string, now: () => number = Date.now): Health {
  const startedAt = now()
  let checkedAt: number | undefined
  let loadedAt: number | undefined
  let isFileBroken = false

  function warnings(at: number): string[] {
    const found: string[] = []
    if (at - (checkedAt ?? startedAt) > quietMs) found.push('no traffic in 5m+')
    if (at - (loadedAt ?? startedAt) > staleMs) found.push('policy not reloaded in 24h+')
    if (isFileBroken) found.push('policy reload failed: the policy before it is in force')
    return found
  }

  return {
    report() {
      const at = now()
      return {
        status: isFileBroken ? 'degraded' : 'ok',
        version,
        tenant: 'local',
        ...(checkedAt === undefined ? {} : { last_request_at: timestamp(checkedAt) }),
        ...(loadedAt === undefined ? {} : { last_policy_load_at: timestamp(loadedAt) }),
        uptime_seconds: Math.floor((at - startedAt) / 1000),
        warnings: warnings(at)
      }
    },
    checked() {
      checkedAt = now()
    },
    policyLoaded(isValid) {
      isFileBroken = !isValid
      if (isValid) loadedAt = now()
    }
  }
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString()
}
