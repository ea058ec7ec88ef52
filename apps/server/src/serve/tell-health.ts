import type { Health } from '../http/health.ts'
import type { Metrics } from '../metrics/create-metrics.ts'
import type { PolicyNews } from './open-policies.ts'

/** Tells health and metrics what becomes of policies. */
export function tellHealth(health: Health, metrics: Metrics): PolicyNews {
  return {
    policyLoaded(tenant, digest) {
      health.policyLoaded(tenant)
      metrics.policyLoaded(tenant, digest)
    },
    policyFailed(tenant) {
      health.policyFailed(tenant)
      metrics.policyFailed(tenant)
    },
    policyRemoved: (tenant) => health.policyRemoved(tenant)
  }
}
