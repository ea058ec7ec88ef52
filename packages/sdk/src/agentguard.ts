import type { ActionRequest, Approval, Gate, HealthReport } from '@agentguard/protocol'
import { type AgentGuardOptions, readOptions, type Settings } from './agentguard-options.ts'
import { ask, malformed, type NoAnswer, type Question } from './ask.ts'
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
  denial,
  readVerdict,
  wireResult
} from './check-result.ts'
import { approvalEndpoint, authHeaders, discard, endpoint, messageOf, send } from './endpoint.ts'
import { followApproval, type WaitOptions } from './follow-approval.ts'
import { type ObservedCall, type ObservedOutcome, observed } from './observe.ts'
import { readResource } from './read-resource.ts'
import { platformTimers, within } from './within.ts'

/** How a single call differs from the others of its client. */
export interface CallOptions {
  /** Ends the call, which then rejects with its reason. */
  readonly signal?: AbortSignal | undefined
  /** How long the call may take, in milliseconds. @defaultValue that of the client */
  readonly timeout?: number | undefined
}

/** What is asked where, and how the answer is read. */
interface Plan<T> {
  readonly route: string
  readonly build: () => readonly ActionRequest[]
  readonly read: (body: unknown) => T
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
    Object.assign(this, settings)
    // Not where it would be printed.
    Object.defineProperty(this, 'apiKey', { enumerable: false })
  }

  /** A client that differs in some options, such as its tenant or session. What is undefined stays as it is. */
  with(options: AgentGuardOptions): AgentGuard {
    const all: Record<string, unknown> = { ...options }
    for (const [name, value] of Object.entries(this.#settings)) all[name] ??= value
    return new AgentGuard(all)
  }

  /**
   * Asks whether an action may happen.
   *
   * Never rejects, unless the caller's own signal is aborted: what is no verdict is one by `failMode`, and has a
   * `fault`.
   */
  check(scope: Scope, options: CheckOptions = {}, call: CallOptions = {}): Promise<CheckResult> {
    return this.#check(scope, () => actionOf(scope, options, this.#settings), call)
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
  approve(approvalId: string): Promise<boolean> {
    return this.#answer('approve', approvalId)
  }

  /** Says no to an approval. Resolves to whether that was heard. */
  deny(approvalId: string): Promise<boolean> {
    return this.#answer('deny', approvalId)
  }

  /**
   * Polls until a person has answered, as version 1.0 does. Resolves to a denial when nobody did in time; throws an
   * `AgentGuardAuthError` when the key is refused. The yes is not used up: see `approvalId` of {@link CheckOptions}.
   */
  waitForApproval(
    approvalId: string,
    timeoutMs = 300_000,
    pollIntervalMs = 2_000,
    { signal }: Pick<CallOptions, 'signal'> = {}
  ): Promise<CheckResult> {
    return followApproval(this.#settings, approvalId, { timeoutMs, pollIntervalMs, signal })
  }

  /** Like {@link waitForApproval}, but is told at once, by servers that can do that; others are polled. */
  wait(approvalId: string, options: WaitOptions = {}): Promise<CheckResult> {
    return this.#observed({ operation: 'wait' }, () =>
      followApproval(this.#settings, approvalId, { ...options, pollIntervalMs: undefined })
    )
  }

  /** What waits for a person's answer. Needs a server with `--dashboard`. */
  async pending(call: Pick<CallOptions, 'signal'> = {}): Promise<Approval[]> {
    const url = endpoint(this.#settings, '/api/pending', '')
    return ((await this.#read(url, call)).body ?? []) as Approval[]
  }

  /** A page of the audit log. */
  async audit(query: AuditQuery = {}, call: Pick<CallOptions, 'signal'> = {}): Promise<AuditPage> {
    const url = `${endpoint(this.#settings, '/audit')}?${auditSearch(query)}`
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

  #check(scope: string, build: () => ActionRequest, call: CallOptions): Promise<CheckResult> {
    const plan: Plan<CheckResult> = {
      route: '/check',
      build: () => [build()],
      read: (body) => this.#verdict(body)
    }
    return this.#observed({ operation: 'check', scope }, (headers) =>
      this.#ask(plan, call, headers)
    ).catch((error: unknown) => {
      if (call.signal?.aborted) throw call.signal.reason
      return broken('observer', error)
    })
  }

  async #batch(checks: readonly BatchCheck[], call: CallOptions): Promise<CheckResult[]> {
    const build = (): ActionRequest[] =>
      checks.map((one) => actionOf(one.scope, one, this.#settings))
    const read = (body: unknown): CheckResult[] | CheckResult => {
      const { results } = (body ?? {}) as { results?: unknown }
      // A denial for all, also when this client fails open: the server was there, and did not allow.
      const refusal = readVerdict(body)
      if (refusal?.decision === 'DENY') return refusal
      return Array.isArray(results) && results.length === checks.length
        ? results.map((one) => this.#verdict(one))
        : this.#without(missing('results'))
    }
    try {
      return await this.#observed({ operation: 'check_batch' }, async (headers) => {
        const asked = await this.#ask({ route: '/check/batch', build, read }, call, headers)
        if (Array.isArray(asked)) return asked
        const { code, status } = asked.fault ?? {}
        // An older server; or something that cannot be sent or is too much together, which holds up no other.
        if (status === 404 || status === 405 || code === 'request') {
          return await Promise.all(checks.map((one) => this.check(one.scope, one, call)))
        }
        return checks.map(() => asked)
      })
    } catch (error) {
      if (call.signal?.aborted) throw call.signal.reason
      return checks.map(() => broken('observer', error))
    }
  }

  /** Asks about one action, or several in a batch. Rejects only when aborted. */
  async #ask<T>(
    { route, build, read }: Plan<T>,
    { signal, timeout }: CallOptions,
    headers: Question['headers']
  ): Promise<T | CheckResult> {
    let question: Question
    try {
      const actions = build()
      const texts = actions.map(actionText).join()
      const text = route === '/check' ? texts : `{"actions":[${texts}]}`
      question = { route, text, actions, headers, signal, timeout }
    } catch (error) {
      // A denial also for who fails open: nobody was asked.
      return broken('request', error)
    }
    const asked = await ask(this.#settings, question)
    return 'fault' in asked ? this.#without(asked) : read(asked.body)
  }

  #verdict(body: unknown): CheckResult {
    return readVerdict(body) ?? this.#without(missing('decision'))
  }

  /** What counts when there is no verdict. */
  #without({ reason, fault }: NoAnswer): CheckResult {
    const isOpen = this.#settings.failMode === 'allow' && fault.code !== 'request'
    return checkResult({ decision: isOpen ? 'ALLOW' : 'DENY', reason }, fault)
  }

  async #answer(route: 'approve' | 'deny', id: string): Promise<boolean> {
    try {
      return await this.#observed({ operation: route }, async (traced) => {
        const url = approvalEndpoint(this.#settings, route, id)
        if (url === undefined) return false
        const headers = { ...traced, ...authHeaders(this.#settings) }
        const bounds = { timeoutMs: this.#settings.timeout, timers: platformTimers }
        return await within(bounds, async (signal) => {
          const response = await send(this.#settings, url, { method: 'POST', headers, signal })
          discard(response)
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
      readResource(this.#settings, url, { what: 'the request', headers, signal })
    )
  }

  #observed<T extends ObservedOutcome['value']>(
    call: Pick<ObservedCall, 'operation' | 'scope'>,
    work: (headers: Readonly<Record<string, string>>) => Promise<T>
  ): Promise<T> {
    const { observe, tenantId, agentId } = this.#settings
    if (!observe) return work({})
    return observed(observe, { ...call, tenantId, agentId }, work)
  }
}

function missing(member: string): NoAnswer {
  return malformed(`malformed response body (missing '${member}')`)
}

function broken(code: CheckFault['code'], error: unknown): CheckResult {
  return denial(`AgentGuard unreachable: ${messageOf(error)}`, { code })
}
