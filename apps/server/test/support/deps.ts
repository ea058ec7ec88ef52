import type { Policy } from '@agentguard/policy'
import type { HealthReport } from '@agentguard/protocol'
import { createAnswerCheck } from '../../src/http/answer-check.ts'
import type { ListenerDeps } from '../../src/http/create-listener.ts'
import { createHealth } from '../../src/http/health.ts'
import { policyOf, policyText } from './policy.ts'

export interface TestDeps {
  readonly policy?: Policy
  readonly maxBodyBytes?: number
  readonly allowedOrigin?: string
  readonly isOurHost?: (name: string) => boolean
  readonly onFault?: (error: unknown) => void
  readonly health?: () => HealthReport
}

/** What an application or a listener takes, for a policy. */
export function depsOf({
  policy = policyOf(policyText),
  maxBodyBytes = 1024,
  allowedOrigin,
  isOurHost,
  onFault,
  health: report
}: TestDeps = {}): ListenerDeps {
  const health = createHealth('1.2.3', () => Date.UTC(2026, 10, 22, 9, 8, 7, 60))
  health.policyLoaded(true)
  return {
    answerCheck: createAnswerCheck({ policy: () => policy, onFault, onCheck: health.checked }),
    maxBodyBytes: () => maxBodyBytes,
    health: report ?? health.report,
    allowedOrigin,
    isOurHost,
    onFault
  }
}
