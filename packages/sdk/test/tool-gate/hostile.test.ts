import type { ActionRequest, CheckResult, Gate } from '@agentguard/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AgentGuard, AgentGuardDeniedError } from '../../src/index.ts'
import {
  createToolGate,
  denyText,
  errorOf,
  guardFunction,
  type ToolCallInput,
  type ToolGateOptions
} from '../../src/tool-gate/index.ts'
import { json, recordingFetch } from '../support/recording-fetch.ts'

const allow: CheckResult = { decision: 'ALLOW', reason: 'ok' }
const refuse: CheckResult = { decision: 'DENY', reason: 'no' }
const ask: CheckResult = {
  decision: 'REQUIRE_APPROVAL',
  reason: 'ask',
  approval_id: 'ap_1',
  approval_url: 'http://guard/approve'
}

interface Asked {
  readonly gate: Gate
  readonly actions: ActionRequest[]
}

/** A gate that gives its answers in turn, the last one again and again. */
function answering(...answers: readonly (CheckResult | Error)[]): Asked {
  const actions: ActionRequest[] = []
  return {
    actions,
    gate: async (action) => {
      const answer = answers[Math.min(actions.length, answers.length - 1)]
      actions.push(action)
      if (!answer || answer instanceof Error) throw answer
      return answer
    }
  }
}

const call: ToolCallInput = {
  name: 'bash',
  arguments: { command: 'ls' },
  callId: 'c1',
  runId: 'r1'
}

describe('a call runs only if it is allowed', () => {
  const decision = fc.oneof(
    fc.constantFrom('ALLOW', 'DENY', 'REQUIRE_APPROVAL', 'allow', '', undefined, null, 1),
    fc.string()
  )
  const result = fc.record({
    decision,
    reason: fc.string(),
    approval_id: fc.option(fc.constant('ap_1'), { nil: undefined })
  })

  test('whatever a gate answers, in whatever mode, and whatever hooks were asked before', async () => {
    const hook = fc.constantFrom('decide', 'resume', 'enforce')
    const mode = fc.constantFrom('wait', 'native', 'deny')
    await fc.assert(
      fc.asyncProperty(
        fc.array(result, { minLength: 1 }),
        fc.array(hook),
        mode,
        async (all, hooks, approval) => {
          const answers = all as unknown as CheckResult[]
          const { gate, actions } = answering(...answers)
          const tools = createToolGate(gate, { approval })
          for (const one of hooks) await tools[one as 'decide'](call)
          const before = actions.length
          let runs = 0
          const ran = await tools.run(call, () => runs++)
          expect(runs).toBe(ran.ok ? 1 : 0)
          // What ran was allowed by the last answer, and nothing else was asked since.
          const at = Math.min(Math.max(actions.length, before) - 1, answers.length - 1)
          if (ran.ok) expect(answers[at]?.decision).toBe('ALLOW')
        }
      )
    )
  })

  test('and each run needs an answer of its own', async () => {
    const { gate, actions } = answering(allow)
    const tools = createToolGate(gate)
    await tools.decide(call)
    const verdicts = await Promise.all([
      tools.enforce(call),
      tools.enforce(call),
      tools.enforce(call)
    ])
    expect(verdicts.map(({ kind }) => kind)).toEqual(['allow', 'allow', 'allow'])
    expect(actions).toHaveLength(3)
  })

  test.each<[string, Partial<ToolCallInput>]>([
    ['other arguments', { arguments: { command: 'rm' } }],
    ['another tool', { name: 'sh' }],
    ['another run', { runId: 'r2' }],
    ['another session', { sessionId: 's2' }],
    ['another agent', { agentId: 'a2' }],
    ['other words about it', { meta: { k: 'v' } }]
  ])('and %s are another call', async (_, other) => {
    const { gate, actions } = answering(allow, refuse)
    const tools = createToolGate(gate)
    await tools.decide(call)
    expect(await tools.enforce({ ...call, ...other })).toMatchObject({ kind: 'deny' })
    expect(actions).toHaveLength(2)
  })

  test('and not when its arguments changed while it was judged', async () => {
    const args = { command: 'ls' }
    const tools = createToolGate(async () => {
      args.command = 'rm -rf /'
      return allow
    })
    const changing = { ...call, arguments: args }
    expect(await tools.run(changing, () => 'ran')).toMatchObject({
      ok: false,
      verdict: { cause: 'changed' }
    })
  })

  test('and not when it was aborted, however late', async () => {
    for (const approval of ['wait', 'native'] as const) {
      const controller = new AbortController()
      const tools = createToolGate(answering(allow).gate, { approval })
      const abortable = { ...call, signal: controller.signal }
      expect(await tools.decide(abortable)).toMatchObject({ kind: 'allow' })
      controller.abort()
      expect(await tools.run(abortable, () => 'ran')).toMatchObject({
        ok: false,
        verdict: { cause: 'aborted' }
      })
    }
    const controller = new AbortController()
    const deaf = createToolGate(async () => {
      controller.abort()
      return allow
    })
    const { signal } = controller
    expect(await deaf.enforce({ ...call, signal })).toMatchObject({ cause: 'aborted' })
  })

  test('and not on an answer that is too old', async () => {
    let now = 0
    const { gate } = answering(allow, refuse)
    const tools = createToolGate(gate, { now: () => now })
    await tools.decide(call)
    now = 60_000
    expect(await tools.enforce(call)).toMatchObject({ kind: 'deny' })
  })

  test('and not on an answer that was forgotten', async () => {
    const { gate, actions } = answering(allow)
    const tools = createToolGate(gate, { memo: { maxEntries: 2 } })
    for (const callId of ['1', '2', '3']) await tools.decide({ ...call, callId })
    await tools.enforce({ ...call, callId: '1' })
    expect(actions).toHaveLength(4)
    await tools.enforce({ ...call, callId: '3' })
    expect(actions).toHaveLength(4)
  })
})

describe('whatever fails is a denial', () => {
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  test.each<[string, Gate, Partial<ToolCallInput>, ToolGateOptions]>([
    ['a gate that rejects', answering(new Error('broken')).gate, {}, {}],
    ['arguments that are no JSON', answering(allow).gate, { arguments: { at: new Date() } }, {}],
    ['a function as an argument', answering(allow).gate, { arguments: { run: () => 1 } }, {}],
    ['arguments in a circle', answering(allow).gate, { arguments: circle }, {}],
    ['a signal that is aborted', answering(allow).gate, { signal: AbortSignal.abort() }, {}],
    [
      'a listener that throws',
      answering(allow).gate,
      {},
      {
        onDecision() {
          throw new Error('the log is full')
        }
      }
    ],
    [
      'a description that throws',
      answering(allow).gate,
      {},
      {
        describe() {
          throw new Error('no price')
        }
      }
    ]
  ])('%s', async (_, gate, more, options) => {
    const tools = createToolGate(gate, options)
    for (const hook of ['decide', 'resume', 'enforce'] as const) {
      expect(await tools[hook]({ ...call, ...more })).toMatchObject({ kind: 'deny' })
    }
    expect(await tools.run({ ...call, ...more }, () => 'ran')).toMatchObject({ ok: false })
  })

  test('and is not remembered, so that the next attempt asks again', async () => {
    const { gate } = answering(new Error('broken'), allow)
    const tools = createToolGate(gate)
    expect(await tools.decide(call)).toMatchObject({ kind: 'deny', cause: 'fault' })
    expect(await tools.enforce(call)).toMatchObject({ kind: 'allow' })
  })

  test('a no is remembered', async () => {
    const { gate, actions } = answering(refuse, allow)
    const tools = createToolGate(gate)
    await tools.decide(call)
    expect(await tools.enforce(call)).toMatchObject({ kind: 'deny', cause: 'policy' })
    expect(await tools.enforce(call)).toMatchObject({ kind: 'deny', cause: 'policy' })
    expect(actions).toHaveLength(1)
  })
})

describe('a call that needs a person', () => {
  test('is refused where nobody can be waited for', async () => {
    expect(await createToolGate(answering(ask).gate).enforce(call)).toMatchObject({
      kind: 'deny',
      cause: 'unapproved'
    })
    const denying = createToolGate(answering(ask).gate, { approval: 'deny' })
    expect(await denying.decide(call)).toMatchObject({ kind: 'deny', cause: 'unapproved' })
  })

  test('names its approval when it is asked about again, and looks for one of its own', async () => {
    const { gate, actions } = answering(ask, allow)
    const tools = createToolGate(gate, { approval: 'native' })
    expect(await tools.decide(call)).toMatchObject({ kind: 'approval', approvalId: 'ap_1' })
    expect(await tools.enforce(call)).toMatchObject({ kind: 'allow' })
    expect(actions[0]).toMatchObject({ reuse_approval: true })
    expect(actions[0]).not.toHaveProperty('approval_id')
    expect(actions[1]).toMatchObject({ reuse_approval: true, approval_id: 'ap_1' })
    expect({ ...actions[1], approval_id: undefined }).toEqual({ ...actions[0] })
  })

  test('does not run because the server is down and the client fails open', async () => {
    const { fetch } = recordingFetch(json({ ...ask }), new Error('down'))
    const guard = new AgentGuard({ baseUrl: 'http://guard', fetch, failMode: 'allow' })
    const tools = createToolGate(guard, { approval: 'native' })
    expect(await tools.decide(call)).toMatchObject({ kind: 'approval' })
    expect(await tools.enforce(call)).toMatchObject({ kind: 'deny', cause: 'unapproved' })
  })

  test('does not run on the word of whoever waits: the server is asked again', async () => {
    const said = json({ status: 'resolved', decision: 'ALLOW' })
    const answers = Array.from({ length: 11 }, () => [json({ ...ask }), said]).flat()
    const { fetch, requests } = recordingFetch(...answers)
    const guard = new AgentGuard({ baseUrl: 'http://guard', fetch })
    // This server never lets a yes count. That ends.
    expect(await createToolGate(guard).enforce(call)).toMatchObject({ cause: 'unapproved' })
    expect(requests.length).toBeLessThan(30)
  })

  test('is told to the model without a link to follow', () => {
    const needed = { kind: 'approval', approvalId: 'ap_1', reason: 'ask', result: ask } as const
    const verdict = { ...needed, approvalUrl: 'http://guard/approve' }
    expect(denyText(verdict)).not.toContain('http')
    expect(errorOf(verdict).message).not.toContain('http')
    expect(errorOf(verdict)).toMatchObject({ approvalUrl: 'http://guard/approve' })
  })
})

describe('a gate in shadow', () => {
  test('lets everything run, and tells what it would have said', async () => {
    const told: string[] = []
    for (const answer of [refuse, ask, new Error('broken')]) {
      const tools = createToolGate(answering(answer).gate, {
        shadow: true,
        onDecision: ({ verdict }) => told.push(verdict.kind)
      })
      expect(await tools.run(call, () => 'ran')).toEqual({ ok: true, value: 'ran' })
    }
    expect(told).toEqual(['deny', 'approval', 'deny'])
  })
})

describe('what is asked', () => {
  test('is the tool call with all that it does', async () => {
    const { gate, actions } = answering(allow)
    const tools = createToolGate(gate, { framework: 'test', toolScope: { archive: 'filesystem' } })
    await tools.decide({ name: 'archive', arguments: '{"path":"/a"}', callId: 'c', sessionId: 's' })
    expect(actions[0]).toMatchObject({
      scope: 'filesystem',
      path: '/a',
      session_id: 's',
      meta: { tool_name: 'archive', framework: 'test', tool_call_id: 'c' }
    })
    expect(actions[0]?.meta).not.toHaveProperty('transport')
    await tools.decide({ name: 'github:create_issue', arguments: { title: 't' } })
    expect(actions[1]).toMatchObject({ scope: 'mcp_tool', command: 'github:create_issue' })
  })

  test('is what the description makes of it', async () => {
    const { gate, actions } = answering(allow)
    const tools = createToolGate(gate, { describe: (action) => ({ ...action, est_cost: 0.1 }) })
    await tools.decide(call)
    expect(actions[0]).toMatchObject({ scope: 'shell', command: 'ls', est_cost: 0.1 })
  })

  test('is no mapping that objects have by themselves', async () => {
    const { gate, actions } = answering(allow)
    await createToolGate(gate, { toolScope: {} }).decide({ name: 'constructor', arguments: {} })
    expect(actions[0]).toMatchObject({ scope: 'mcp_tool', command: 'constructor' })
  })
})

describe('coverage', () => {
  test('says which tools are guarded, and which cannot be', () => {
    const told: string[] = []
    const { coverage } = createToolGate(answering(allow).gate, {
      onUncovered: ({ name }) => told.push(name)
    })
    coverage.covers('bash')
    coverage.misses({ name: 'web_search', why: 'provider_executed' })
    coverage.misses({ name: 'web_search', why: 'provider_executed' })
    expect(coverage.report()).toEqual({
      covered: ['bash'],
      uncovered: [{ name: 'web_search', why: 'provider_executed' }]
    })
    expect(told).toEqual(['web_search'])
  })

  test('can be demanded', () => {
    const { coverage } = createToolGate(answering(allow).gate, { uncovered: 'refuse' })
    expect(() => coverage.misses({ name: 'web_search', why: 'provider_executed' })).toThrow(
      'the tool "web_search" cannot be guarded: provider_executed'
    )
  })
})

describe('a guarded function', () => {
  async function read({ path }: { readonly path: string }): Promise<string> {
    return `read ${path}`
  }

  test('runs or throws', async () => {
    const { gate, actions } = answering(allow, refuse)
    const tools = createToolGate(gate)
    const guardedRead = guardFunction(tools, read, { name: 'read_file' })
    expect(await guardedRead({ path: '/a' })).toBe('read /a')
    await expect(guardedRead({ path: '/b' })).rejects.toThrow(AgentGuardDeniedError)
    expect(actions[0]).toMatchObject({ scope: 'filesystem', path: '/a' })
    expect(tools.coverage.report().covered).toEqual(['read_file'])
  })

  test('says what it is told of other arguments', async () => {
    const { gate, actions } = answering(allow)
    const run = guardFunction(createToolGate(gate), async (line: string) => line.length, {
      name: 'bash',
      arguments: (command) => ({ command })
    })
    expect(await run('ls -l')).toBe(5)
    expect(actions[0]).toMatchObject({ scope: 'shell', command: 'ls -l' })
  })

  test('does not run when its caller changed what it was called with meanwhile', async () => {
    const input = { line: 'ls' }
    const tools = createToolGate(async () => {
      input.line = 'rm -rf /'
      return allow
    })
    const ran: string[] = []
    const run = guardFunction(tools, async (one: { line: string }) => ran.push(one.line), {
      name: 'bash',
      arguments: ({ line }) => ({ command: line })
    })
    await expect(run(input)).rejects.toThrow(AgentGuardDeniedError)
    expect(ran).toEqual([])
  })

  test('needs a name', () => {
    expect(() => guardFunction(createToolGate(answering(allow).gate), async () => {})).toThrow(
      TypeError
    )
  })

  test('throws what the function throws', async () => {
    const tools = createToolGate(answering(allow).gate)
    const failing = guardFunction(tools, () => Promise.reject(new Error('mine')), { name: 'x' })
    await expect(failing()).rejects.toThrow('mine')
  })
})
