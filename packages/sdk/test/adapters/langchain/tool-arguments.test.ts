import { AIMessage } from '@langchain/core/messages'
import { Command, MemorySaver } from '@langchain/langgraph'
import { createAgent, fakeModel, tool } from 'langchain'
import { expect, test } from 'vitest'
import { z } from 'zod'
import {
  createToolGate,
  guardMiddleware,
  guardTool
} from '../../../src/adapters/langchain/index.ts'
import type { ToolGate, WireResult } from '../../../src/tool-gate/index.ts'

/** What LangChain takes for a call of its own: the tool gets the inner arguments. */
const disguised = { type: 'tool_call', amount: 1, args: { type: 'tool_call', args: { amount: 9 } } }

function payOf(paid: number[]) {
  return tool(async ({ amount }) => `paid ${paid.push(amount)}`, {
    name: 'pay',
    description: 'pays',
    schema: z.object({ amount: z.number() })
  })
}

/** A gate that lets small amounts through, with what it was asked. */
function gateOf(judged: unknown[], verdict?: WireResult): ToolGate {
  return createToolGate(
    async ({ est_cost: cost = 0 }) => {
      judged.push(cost)
      return verdict ?? { decision: cost < 5 ? 'ALLOW' : 'DENY', reason: 'too much' }
    },
    {
      approval: verdict ? 'native' : 'wait',
      describe: (action, call) => ({ ...action, est_cost: Number(Object(call.arguments).amount) })
    }
  )
}

function agentOf(gate: ToolGate, paid: number[], args: Record<string, unknown>) {
  return createAgent({
    model: fakeModel()
      .respondWithTools([{ name: 'pay', args, id: 'call-0' }])
      .respond(new AIMessage('done')),
    tools: [payOf(paid)],
    middleware: [guardMiddleware(gate)],
    checkpointer: new MemorySaver()
  })
}

const config = { configurable: { thread_id: 'thread' } }
const start = { messages: [{ role: 'user', content: 'go' }] }

test('arguments that look like a call are judged as the tool gets them', async () => {
  const judged: unknown[] = []
  const paid: number[] = []
  const pay = guardTool(payOf(paid), gateOf(judged))
  await pay.invoke({ type: 'tool_call', id: 'call-0', name: 'pay', args: disguised } as never)
  await agentOf(gateOf(judged), paid, disguised).invoke(start, config)
  expect({ judged, paid }).toEqual({ judged: [9, 9], paid: [] })
})

test('and so are those that a client puts into their place', async () => {
  const judged: unknown[] = []
  const ask = { decision: 'REQUIRE_APPROVAL', reason: 'ask', approval_id: 'ap_1' } as const
  const agent = agentOf(gateOf(judged, ask), [], { amount: 1 })
  await agent.invoke(start, config)
  const editedAction = { name: 'pay', args: disguised }
  const resume = { decisions: [{ type: 'edit', editedAction }] }
  await agent.invoke(new Command({ resume }), config)
  expect(judged.at(-1)).toBe(9)
})

test('no method of a guarded tool leads past its gate', async () => {
  const paid: number[] = []
  const pay = guardTool(payOf(paid), gateOf([]))
  const many = { amount: 9 }
  await expect(pay.invoke(many)).rejects.toThrow('too much')
  await expect(pay.call(many)).rejects.toThrow('too much')
  await expect(pay.batch([many])).rejects.toThrow('too much')
  await expect(pay.pipe(String).invoke(many)).rejects.toThrow('too much')
  await expect(pay.func(many)).rejects.toThrow('too much')
  await expect(Reflect.get(pay, '_call').call(pay, many)).rejects.toThrow('too much')
  expect(await pay.func({ amount: 1 })).toBe('paid 1')
  expect(paid).toEqual([1])
})
