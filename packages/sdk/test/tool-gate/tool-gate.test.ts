import { describe, expect, test } from 'vitest'
import { createToolGate, type ToolCallInput, type ToolDecision } from '../../src/tool-gate/index.ts'
import { useGuardServer } from '../support/guard-server.ts'

const policy = `version: "1"
name: tools
rules:
  - scope: shell
    deny: [{ pattern: "rm *", message: nothing is deleted }]
    require_approval: [{ pattern: "npm *" }]
    allow: [{ pattern: "ls *" }]
  - scope: mcp_tool
    allow: [{ pattern: "add" }]
`
const server = useGuardServer({ policy })

function call(command: string, more: Partial<ToolCallInput> = {}): ToolCallInput {
  return { name: 'bash', arguments: { command }, ...more }
}

describe('a tool gate', () => {
  test('allows, denies, and lets a person decide', async () => {
    const gate = createToolGate(server().client())
    expect(await gate.decide(call('ls -l'))).toMatchObject({ kind: 'allow' })
    expect(await gate.decide(call('rm -rf x'))).toMatchObject({
      kind: 'deny',
      cause: 'policy',
      reason: 'nothing is deleted'
    })
    const asked = gate.run(call('npm ci'), () => 'ran')
    await server().approve(await server().nextApproval())
    expect(await asked).toEqual({ ok: true, value: 'ran' })
    const refused = gate.run(call('npm ci'), () => 'ran')
    await server().deny(await server().nextApproval())
    expect(await refused).toMatchObject({ ok: false, verdict: { cause: 'person' } })
  })

  test('asks once for all hooks of a call, and lets it run once', async () => {
    const decisions: ToolDecision[] = []
    const gate = createToolGate(server().client(), { onDecision: (one) => decisions.push(one) })
    const one = call('ls once', { callId: 'c1' })
    await Promise.all([gate.decide(one), gate.decide(one), gate.decide(one)])
    expect(await gate.enforce(one)).toMatchObject({ kind: 'allow' })
    expect(decisions).toHaveLength(1)
    expect(await gate.enforce(one)).toMatchObject({ kind: 'allow' })
    expect(decisions).toHaveLength(2)
  })

  test('a pause of the framework is verified with the server, and edits are another call', async () => {
    const gate = createToolGate(server().client(), { approval: 'native' })
    const one = call('npm test', { callId: 'c2' })
    const verdict = await gate.decide(one)
    expect(verdict.kind).toBe('approval')
    expect(await gate.enforce(one)).toMatchObject({ kind: 'deny', cause: 'unapproved' })
    const id = await server().nextApproval()
    await server().approve(id)
    const edited = call('npm publish', { callId: 'c2' })
    expect(await gate.resume(edited, id)).toMatchObject({ kind: 'approval' })
    expect(await gate.resume(one)).toMatchObject({ kind: 'allow' })
    expect(await gate.enforce(one)).toMatchObject({ kind: 'allow' })
    expect(await gate.enforce(one)).toMatchObject({ kind: 'deny', cause: 'unapproved' })
  })
})
