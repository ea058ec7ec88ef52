import { describe, expectTypeOf, test } from 'vitest'
import DefaultAgentGuard, {
  type ActionRequest,
  AgentGuard,
  AgentGuardApprovalRequiredError,
  AgentGuardAuthError,
  type AgentGuardError,
  type AgentGuardOptions,
  type CheckOptions,
  type CheckResult,
  type Gate,
  type GuardedOptions,
  guarded
} from '../src/index.ts'
import {
  type ApprovalNeeded,
  createToolGate,
  type Denied,
  guardFunction,
  type ToolGate,
  type ToolVerdict
} from '../src/tool-gate/index.ts'

/** What is asserted here is asserted by the compiler, when the types are checked. */
const guard = new AgentGuard()

describe('programs of version 1.0', () => {
  test('find its types', () => {
    expectTypeOf(DefaultAgentGuard).toEqualTypeOf(AgentGuard)
    expectTypeOf(AgentGuard).toBeConstructibleWith('http://localhost')
    expectTypeOf(AgentGuard).toBeConstructibleWith({ baseUrl: 'x', failMode: 'allow', timeout: 1 })
    expectTypeOf<string>().not.toExtend<AgentGuardOptions['failMode']>()
    expectTypeOf(guard.check).parameter(0).toExtend<string>()
    expectTypeOf<string>().toExtend<Parameters<AgentGuard['check']>[0]>()
    expectTypeOf(guard.check).parameter(1).toEqualTypeOf<CheckOptions | undefined>()
    expectTypeOf(guard.check('shell')).toEqualTypeOf<Promise<CheckResult>>()
    expectTypeOf(guard.approve('x')).toEqualTypeOf<Promise<boolean>>()
    expectTypeOf(guard.waitForApproval).toBeCallableWith('id', 1, 2)
    expectTypeOf<CheckResult['decision']>().toEqualTypeOf<'ALLOW' | 'DENY' | 'REQUIRE_APPROVAL'>()
    expectTypeOf<Record<string, string>>().toExtend<NonNullable<CheckOptions['meta']>>()
  })

  test('may pass what is undefined, and results that they made themselves', () => {
    const key: string | undefined = process.env['KEY']
    expectTypeOf({ apiKey: key }).toExtend<AgentGuardOptions>()
    const mine = {
      decision: 'DENY',
      reason: '',
      allowed: false,
      denied: true,
      needsApproval: false
    } as const
    expectTypeOf(mine).toExtend<CheckResult>()
  })

  test('construct and catch its errors', () => {
    expectTypeOf(AgentGuardApprovalRequiredError).toBeConstructibleWith('m', undefined, 'id', 'url')
    expectTypeOf(AgentGuardAuthError).toBeConstructibleWith('m', 401)
    expectTypeOf<AgentGuardAuthError>().toExtend<AgentGuardError>()
    expectTypeOf<AgentGuardError>().toExtend<Error>()
  })

  test('wrap functions, of any arguments, without a cast', () => {
    const run = async (command: string, count: number): Promise<number> => command.length * count
    const wrapped = guarded(guard, 'shell', run)
    expectTypeOf(wrapped).toEqualTypeOf(run)
    guarded(guard, 'shell', run, (command, count) => ({ command, estCost: count }))
    guarded(guard, 'shell', run, { waitForApproval: true, approvalTimeoutMs: 1 })
    // @ts-expect-error a function that does not wait cannot be made to
    guarded(guard, 'shell', (command: string) => command)
    const loose = async (...args: unknown[]): Promise<unknown> => args
    expectTypeOf(guarded(guard, 'shell', loose)).toEqualTypeOf(loose)
    expectTypeOf<GuardedOptions<typeof run>['getCheckOptions']>().toEqualTypeOf<
      ((command: string, count: number) => CheckOptions) | undefined
    >()
  })
})

describe('gates', () => {
  test('are the ones of the protocol', () => {
    expectTypeOf(guard.asGate()).toEqualTypeOf<Gate>()
    expectTypeOf<Parameters<Gate>[0]>().toEqualTypeOf<ActionRequest>()
  })

  test('for tools take a client or a gate', () => {
    expectTypeOf(createToolGate).toBeCallableWith(guard)
    expectTypeOf(createToolGate).toBeCallableWith(guard.asGate(), { approval: 'native' })
    expectTypeOf<ToolGate['enforce']>().returns.resolves.not.toExtend<ApprovalNeeded>()
    expectTypeOf<Extract<ToolVerdict, { kind: 'deny' }>>().toEqualTypeOf<Denied>()
  })

  test('keep the types of the functions that they guard', () => {
    const read = async (input: { readonly path: string }): Promise<number> => input.path.length
    const wrapped = guardFunction(createToolGate(guard), read)
    expectTypeOf(wrapped).parameters.toEqualTypeOf<[input: { readonly path: string }]>()
    expectTypeOf(wrapped).returns.resolves.toEqualTypeOf<number>()
  })
})
