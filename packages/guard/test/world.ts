import { generateKeyPairSync } from 'node:crypto'
import { type Approvals, memoryApprovals } from '@agentguard/approvals'
import { type AuditLog, createSigner, type NoteSigner, openAuditLog } from '@agentguard/audit'
import { memoryAuditStore } from '@agentguard/audit/memory'
import { compilePolicy, type Policy } from '@agentguard/policy'
import type { AuditEntry } from '@agentguard/protocol'
import { type Budgets, memoryBudgets, memoryRateLimiter } from '@agentguard/rate-limiter'
import {
  createGuard,
  createHistory,
  type Guard,
  type GuardEvent,
  type GuardOptions
} from '../src/index.ts'

/** Noon of a day, so that neither the day nor the month ends by accident. */
export const noon: number = Date.UTC(2026, 0, 15, 12)

export const signer: NoteSigner = createSigner(
  'guard.test',
  generateKeyPairSync('ed25519').privateKey
)

/** The policy of a text that is known to load. */
export function policyOf(rules: string): Policy {
  const compiled = compilePolicy(`version: "1"\nname: test\n${rules}`)
  if (!compiled.ok) throw new Error(compiled.issues[0]?.message)
  return compiled.policy
}

/** A guard over the real parts in memory, with what it did to them. */
export interface World {
  readonly guard: Guard
  /** What was called, such as `limiter.take`, and what happened, such as `event:check`. */
  readonly calls: string[]
  readonly events: GuardEvent[]
  readonly errors: { readonly part: string; readonly error: unknown }[]
  readonly policies: Map<string, Policy>
  readonly approvals: Approvals
  readonly budgets: Budgets
  readonly audit: AuditLog
  now: number
  entries(): Promise<AuditEntry[]>
  /** Asks, and has a person say yes. Returns the id of the approval. */
  approved(...asked: Parameters<Guard['check']>): Promise<string>
  /** What is reserved or spent: the days' money of an agent, in micro-dollars. */
  spent(agent: string, tenant?: string): Promise<number>
}

/** What is done instead of a call, such as `audit.append`. It gets the call itself. */
export type Faults = Partial<Record<string, (call: () => unknown) => unknown>>

export interface WorldOptions {
  readonly rules?: string
  readonly faults?: Faults
  readonly guard?: Partial<GuardOptions>
}

/** Opens a world. What is in `faults` is looked up at each call, so that it may be added later. */
export async function openWorld({ rules, faults = {}, guard }: WorldOptions = {}): Promise<World> {
  const calls: string[] = []
  const events: GuardEvent[] = []
  const errors: World['errors'] = []
  const policies = new Map<string, Policy>()
  if (rules !== undefined) policies.set('local', policyOf(rules))
  let ids = 0
  const spied = <T extends object>(name: string, part: T): T => spy(name, part, { calls, faults })
  const now = (): number => world.now
  const approvals = memoryApprovals({ now, newId: () => `ap_${++ids}` })
  const budgets = memoryBudgets()
  const audit = await openAuditLog({ store: memoryAuditStore(), signer, redact: false, now })
  const world: World = {
    guard: createGuard({
      policies: spied('policies', {
        find(tenant: string) {
          const policy = policies.get(tenant)
          return policy && spied('policy', policy)
        }
      }),
      approvals: spied('approvals', approvals),
      audit: spied('audit', audit),
      limiter: spied('limiter', memoryRateLimiter()),
      budgets: spied('budgets', budgets),
      history: spied('history', createHistory({ knownSince: 0 })),
      approvalUrl: (tenant, id) => `https://guard.example/${tenant}/${id}`,
      onEvent(event) {
        calls.push(`event:${event.type}`)
        events.push(event)
      },
      onError: (part, error) => errors.push({ part, error }),
      now,
      ...guard
    }),
    calls,
    events,
    errors,
    policies,
    approvals,
    budgets,
    audit,
    now: noon,
    async entries() {
      const { lines } = await audit.query({ limit: 1000 })
      return lines.filter((line): line is AuditEntry => !('_meta' in line))
    },
    async approved(action, asking) {
      const { approval_id: id = '' } = await world.guard.check(action, asking)
      const tenant = asking?.tenant ?? 'local'
      const resolved = await world.guard.resolve(tenant, id, { decision: 'ALLOW', by: 'ann' })
      if (!resolved.ok) throw new Error(`not approved: ${resolved.reason}`)
      calls.length = 0
      events.length = 0
      return id
    },
    async spent(agent, tenant = 'local') {
      return await budgets.spent({ tenant, holder: 'agent', id: agent, period: 'day' }, world.now)
    }
  }
  return world
}

/** The part itself, but what is called is listed, and what shall fail fails. */
export function spy<T extends object>(
  name: string,
  part: T,
  { calls, faults }: { readonly calls: string[]; readonly faults: Faults }
): T {
  return new Proxy(part, {
    get(target, member) {
      const method: unknown = Reflect.get(target, member)
      if (typeof method !== 'function') return method
      return (...args: unknown[]) => {
        const called = `${name}.${String(member)}`
        calls.push(called)
        const call = (): unknown => method.apply(target, args)
        return faults[called] ? faults[called](call) : call()
      }
    }
  })
}
