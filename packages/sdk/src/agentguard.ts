import type { ActionRequest, Approval, Gate, HealthReport } from '@agentguard/protocol'
import { type AgentGuardOptions, readOptions, type Settings } from './agentguard-options.ts'
import { type Asked, ask, malformed } from './ask.ts'
import { type AuditPage, type AuditQuery, auditSearch } from './audit-query.ts'
import {
  actionOf,
  actionText,
  type BatchCheck,
  type CheckOptions,
  completeAction,
  type Scope
} from './check-options.ts'
import {
  type CheckFault,
  type CheckResult,
  checkResult,
  readVerdict,
  wireResult
} from './check-result.ts'
import { approvalEndpoint, authHeaders, endpoint, messageOf, send } from './endpoint.ts'
import { awaitApproval, pollApproval, type WaitOptions } from './follow-approval.ts'
import { giveUpAt, timeOver } from './give-up.ts'
import { type ObservedCall, observed } from './observe.ts'
import { readResource } from './read-resource.ts'

/** How a single call differs from the others of its client. */
export interface CallOptions {
  /** Ends the call, which then rejects with its reason. */
  readonly signal?: AbortSignal | undefined
  /** How long the call may take, in milliseconds. @defaultValue that of the client */
  readonly timeout?: number | undefined
}

/** The server's limit on a batch; longer ones are asked in parts. */
const maxBatch = 100

/** A client of an AgentGuard server. It holds no connection and needs no end. */
export class AgentGuard {
  // Version 1.0 had these as properties, and there are programs that look.
  declare private readonly baseUrl: string
  declare private readonly agentId: string
  declare private readonly apiKey: string
  declare private readonly timeout: number
  declare private readonly failMode: 'deny' | 'allow'
  declare private readonly tenantId: string
  readonly #settings: Settings

  /** Throws a `TypeError` for options that do not exist. */
  constructor(options?: string | AgentGuardOptions) {
    const settings = readOptions(options)
    this.#settings = settings
    const { baseUrl, agentId, apiKey, timeout, failMode, tenantId } = settings
    Object.assign(this, { baseUrl, agentId, timeout, failMode, tenantId })
    // Not where it would be printed.
    Object.defineProperty(this, 'apiKey', { value: apiKey, enumerable: false })
  }

  /** A client that differs in some options, such as its tenant or session. */
  with(options: AgentGuardOptions): AgentGuard {
    return new AgentGuard({ ...this.#settings, ...options })
  }

  /**
   * Asks whether an action may happen.
   *
   * Never rejects, unless the caller's own signal is aborted: what is no verdict is one by `failMode`, and has a
   * `fault`.
   */
  async check(
    scope: Scope,
    options: CheckOptions = {},
    call: CallOptions = {}
  ): Promise<CheckResult> {
    return await this.#check(scope, () => actionOf(scope, options, this.#settings), call)
  }

  /**
   * Asks about several actions that have nothing to do with each other. The verdicts are in their order. Like
   * {@link check} it never rejects, and servers without batches are asked one by one.
   */
  async checkBatch(checks: readonly BatchCheck[], call: CallOptions = {}): Promise<CheckResult[]> {
    const results: CheckResult[] = []
    for (let start = 0; start < checks.length; start += maxBatch) {
      results.push(...(await this.#batch(checks.slice(start, start + maxBatch), call)))
    }
    return results
  }

  /** Says yes to an approval. Resolves to whether that was heard. */
  async approve(approvalId: string): Promise<boolean> {
    return await this.#answer('approve', approvalId)
  }

  /** Says no to an approval. Resolves to whether that was heard. */
  async deny(approvalId: string): Promise<boolean> {
    return await this.#answer('deny', approvalId)
  }

  /**
   * Polls until a person has answered, as version 1.0 does. Resolves to a denial when nobody did in time; throws an
   * `AgentGuardAuthError` when the key is refused. The yes is not used up: see `approvalId` of {@link CheckOptions}.
   */
  async waitForApproval(
    approvalId: string,
    timeoutMs = 300_000,
    pollIntervalMs = 2_000,
    { signal }: Pick<CallOptions, 'signal'> = {}
  ): Promise<CheckResult> {
    return await pollApproval(this.#settings, approvalId, { timeoutMs, pollIntervalMs, signal })
  }

  /** Like {@link waitForApproval}, but is told at once, by servers that can do that; others are polled. */
  async wait(approvalId: string, options: WaitOptions = {}): Promise<CheckResult> {
    return await this.#observed({ operation: 'wait' }, () =>
      awaitApproval(this.#settings, approvalId, options)
    )
  }

  /** What waits for a person's answer. Needs a server with `--dashboard`. */
  async pending(call: Pick<CallOptions, 'signal'> = {}): Promise<Approval[]> {
    const { baseUrl, tenantId } = this.#settings
    const isLocal = tenantId === '' || tenantId === 'local'
    const url = isLocal ? `${baseUrl}/api/pending` : endpoint(this.#settings, '/api/pending')
    return ((await this.#read(url, call)).body ?? []) as Approval[]
  }

  /** A page of the audit log. */
  async audit(query: AuditQuery = {}, call: Pick<CallOptions, 'signal'> = {}): Promise<AuditPage> {
    const url = `${endpoint(this.#settings, '/audit')}${auditSearch(query)}`
    const { body, headers } = await this.#read(url, call)
    const cursor = headers.get('x-agentguard-next-cursor') ?? undefined
    return { entries: (body ?? []) as AuditPage['entries'], cursor }
  }

  /** How the server does. */
  async health(call: Pick<CallOptions, 'signal'> = {}): Promise<HealthReport> {
    const { body } = await this.#read(endpoint(this.#settings, '/health'), call)
    return body as HealthReport
  }

  /** This client as a {@link Gate}, for whoever must not know where verdicts come from. */
  asGate(): Gate {
    return async (action, { signal } = {}) => {
      const complete = (): ActionRequest => completeAction(action, this.#settings)
      return wireResult(await this.#check(action.scope, complete, { signal }))
    }
  }

  async #check(
    scope: string,
    actionToAsk: () => ActionRequest,
    { signal, timeout }: CallOptions
  ): Promise<CheckResult> {
    try {
      return await this.#observed({ operation: 'check', scope }, async (headers) => {
        const prepared = prepare(() => {
          const action = actionToAsk()
          return { text: actionText(action), isRepeatable: isRepeatable(action) }
        })
        if ('decision' in prepared) return prepared
        const question = { route: '/check', ...prepared, headers, signal, timeout } as const
        const asked = await ask(this.#settings, question)
        return asked.ok ? this.#verdict(asked.body) : this.#without(asked)
      })
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      return broken('observer', error)
    }
  }

  async #batch(checks: readonly BatchCheck[], call: CallOptions): Promise<CheckResult[]> {
    const { signal, timeout } = call
    const single = (): Promise<CheckResult[]> =>
      Promise.all(checks.map(({ scope, ...options }) => this.check(scope, options, call)))
    try {
      return await this.#observed({ operation: 'check_batch' }, async (headers) => {
        const prepared = prepare(() => {
          const actions = checks.map((one) => actionOf(one.scope, one, this.#settings))
          const text = `{"actions":[${actions.map(actionText).join(',')}]}`
          return { text, isRepeatable: actions.every(isRepeatable) }
        })
        // One by one, what cannot be sent holds up no other.
        if ('decision' in prepared) return await single()
        const question = { route: '/check/batch', ...prepared, headers, signal, timeout } as const
        const asked = await ask(this.#settings, question)
        if (!asked.ok && (asked.fault.status === 404 || asked.fault.status === 405)) {
          return await single()
        }
        const results = asked.ok ? (asked.body as { results?: unknown } | null)?.results : undefined
        if (Array.isArray(results) && results.length === checks.length) {
          return results.map((body) => this.#verdict(body))
        }
        const why = asked.ok ? malformed('malformed response body (missing results)') : asked
        return checks.map(() => this.#without(why))
      })
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      return checks.map(() => broken('observer', error))
    }
  }

  #verdict(body: unknown): CheckResult {
    return (
      readVerdict(body) ?? this.#without(malformed("malformed response body (missing 'decision')"))
    )
  }

  /** What counts when there is no verdict. */
  #without(asked: Asked): CheckResult {
    if (asked.ok) return broken('malformed', 'no verdict')
    const { reason, fault } = asked
    const isOpen = this.#settings.failMode === 'allow' && fault.code !== 'request'
    return checkResult({ decision: isOpen ? 'ALLOW' : 'DENY', reason }, fault)
  }

  async #answer(route: 'approve' | 'deny', id: string): Promise<boolean> {
    try {
      return await this.#observed({ operation: route }, async (traced) => {
        const url = approvalEndpoint(this.#settings, route, id)
        if (url === undefined) return false
        const headers = { ...traced, ...authHeaders(this.#settings) }
        return await giveUpAt([timeOver(this.#settings.timeout)], async (signal) => {
          const response = await send(this.#settings, url, { method: 'POST', headers, signal })
          void response.body?.cancel().catch(() => {})
          return response.ok
        })
      })
    } catch {
      // As in version 1.0, `false` is all that is said.
      return false
    }
  }

  #read(url: string, { signal }: Pick<CallOptions, 'signal'>): ReturnType<typeof readResource> {
    return this.#observed({ operation: 'read' }, (headers) =>
      readResource(this.#settings, url, { headers, signal })
    )
  }

  #observed<T>(
    call: Pick<ObservedCall, 'operation' | 'scope'>,
    work: (headers: Readonly<Record<string, string>>) => Promise<T>
  ): Promise<T> {
    const { observe, tenantId, agentId } = this.#settings
    return observed(observe, { ...call, tenantId, agentId }, work)
  }
}

/** Asking twice for these takes twice the money, or loses the approval. */
function isRepeatable({
  est_cost: cost,
  approval_id: id,
  reuse_approval: reuse,
  actions
}: ActionRequest): boolean {
  return !cost && !id && !reuse && !actions?.some((action) => action.est_cost)
}

/** Builds what is to be sent. What cannot be sent is a denial, also for who fails open: nobody was asked. */
function prepare<T>(build: () => T): T | CheckResult {
  try {
    return build()
  } catch (error) {
    return broken('request', error)
  }
}

function broken(code: CheckFault['code'], error: unknown): CheckResult {
  const reason = `AgentGuard unreachable: ${messageOf(error)}`
  return checkResult({ decision: 'DENY', reason }, { code })
}
