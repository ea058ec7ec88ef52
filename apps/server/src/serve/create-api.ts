import type { Approvals } from '@agentguard/approvals'
import type { AuditLog } from '@agentguard/audit'
import type { Guard } from '@agentguard/guard'
import { createAnswerCheck } from '../http/answer-check.ts'
import { createHostFilter } from '../http/auth/host-filter.ts'
import type { AppDeps } from '../http/create-app.ts'
import type { ListenerOptions } from '../http/create-listener.ts'
import type { Health } from '../http/health.ts'
import { singleKey } from '../http/single-key.ts'
import type { Log } from '../log.ts'
import type { Policies } from '../policy/policies.ts'
import type { RedactorOf } from '../policy/redactors.ts'
import type { ServeOptions } from './options.ts'
import { formatRequest } from './say.ts'

export interface ApiParts {
  readonly options: ServeOptions
  readonly policies: Policies
  readonly guard: Guard
  readonly approvals: Approvals
  readonly audit: AuditLog
  readonly health: Health
  readonly redactorOf: RedactorOf
  readonly onFault: (error: unknown) => void
  /** Aborted when the server begins to stop. */
  readonly stopping: AbortSignal
  readonly log: Log
}

/** What the HTTP side needs, from the parts of the server. */
export function createApi(parts: ApiParts): AppDeps & Omit<ListenerOptions, 'peerOf'> {
  const { options, policies, guard, approvals, audit, health, redactorOf } = parts
  const { onFault, stopping, log } = parts
  const auth = singleKey(options.apiKey)
  const settings = (tenant: string) => policies.settingsOf(tenant).document.proxy
  const { allowedHosts, baseUrl, allowedOrigin, hasDashboard, logsRequests } = options
  return {
    auth,
    guard,
    approvals,
    audit,
    stopping,
    allowedOrigin,
    hasDashboard,
    onFault,
    answerCheck: createAnswerCheck({ guard, digestOf: policies.digestOf, onFault }),
    hasTenant: policies.has,
    maxBodyBytes: (tenant) => settings(tenant).maxBodyBytes,
    auditLimits(tenant) {
      const { auditDefaultLimit: defaultLimit, auditMaxLimit: maxLimit } = settings(tenant)
      return { defaultLimit, maxLimit }
    },
    redact: (tenant, approval) => redactorOf(tenant).redactJson(approval),
    health: health.report,
    isOurHost: createHostFilter({ isOpen: () => auth.isOpen(), allowedHosts, baseUrl }),
    onAnswer: logsRequests ? (request) => log(formatRequest(request)) : undefined
  }
}
