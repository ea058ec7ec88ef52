import {
  Client as ClientV2,
  InMemoryTransport,
  StreamableHTTPClientTransport
} from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport as InMemoryV1 } from '@modelcontextprotocol/sdk/inMemory.js'
import { McpServer as ServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { CallToolRequestSchema, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { createMcpHandler, McpServer as ServerV2 } from '@modelcontextprotocol/server'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import {
  createToolGate,
  guardMcpClient,
  guardMcpServer,
  guardToolHandler
} from '../../../src/adapters/mcp/index.ts'
import type { ToolGate } from '../../../src/tool-gate/index.ts'
import { type Agent, describeScenarios, type Harness, type Stop } from '../scenarios.ts'

const info = { name: 'test', version: '1.0.0' }
const inputSchema = z.object({ command: z.string() })

type Content = object
type CallTool = (command: string, signal?: AbortSignal) => Promise<Content>

/** Asks the user of a client, when the server wants that. */
type Ask = () => Promise<{ action: 'accept' | 'decline'; content?: Record<string, never> }>

interface Wiring {
  readonly bash: Agent['bash']
  readonly serverGate?: ToolGate
  readonly clientGate?: ToolGate
  /** Absent if the client cannot ask its user. */
  readonly ask?: Ask
}

const result = (text: string) => ({ content: [{ type: 'text' as const, text }] })

async function wireV1({ bash, serverGate, clientGate, ask }: Wiring): Promise<CallTool> {
  const server = new ServerV1(info)
  if (serverGate) guardMcpServer(server, serverGate)
  server.registerTool('bash', { inputSchema: inputSchema.shape }, async (args) =>
    result(bash(args))
  )
  const client = new ClientV1(info, { capabilities: ask ? { elicitation: {} } : {} })
  if (ask) client.setRequestHandler(ElicitRequestSchema, ask)
  const [one, other] = InMemoryV1.createLinkedPair()
  await Promise.all([server.connect(one), client.connect(other)])
  onTestFinished(() => client.close())
  if (clientGate) guardMcpClient(client, clientGate)
  return async (command, signal) =>
    await client.callTool(
      { name: 'bash', arguments: { command } },
      undefined,
      signal ? { signal } : {}
    )
}

function serverV2({ bash, serverGate }: Wiring): ServerV2 {
  const server = new ServerV2(info)
  if (serverGate) guardMcpServer(server, serverGate)
  server.registerTool('bash', { inputSchema }, async (args) => result(bash(args)))
  return server
}

function clientV2({ ask }: Wiring): ClientV2 {
  const capabilities = ask ? { elicitation: { form: {} } } : {}
  const client = new ClientV2(info, { capabilities, versionNegotiation: { mode: 'auto' } })
  if (ask) client.setRequestHandler('elicitation/create', ask)
  onTestFinished(() => client.close())
  return client
}

function callWith(client: ClientV2, { clientGate }: Wiring): CallTool {
  if (clientGate) guardMcpClient(client, clientGate)
  return async (command, signal) =>
    await client.callTool({ name: 'bash', arguments: { command } }, signal ? { signal } : {})
}

/** As clients of 2025 are served. */
async function wireV2(wiring: Wiring): Promise<CallTool> {
  const client = clientV2(wiring)
  const [one, other] = InMemoryTransport.createLinkedPair()
  await Promise.all([serverV2(wiring).connect(one), client.connect(other)])
  return callWith(client, wiring)
}

/** As clients of 2026 are: each request is for itself. */
async function connectModern(wiring: Wiring): Promise<ClientV2> {
  const client = clientV2(wiring)
  const handler = createMcpHandler(() => serverV2(wiring))
  const fetch = async (url: string | URL, init?: RequestInit) =>
    await handler.fetch(new Request(url, init))
  await client.connect(
    new StreamableHTTPClientTransport(new URL('http://localhost/mcp'), { fetch })
  )
  expect(client.getProtocolEra()).toBe('modern')
  return client
}

async function wireModern(wiring: Wiring): Promise<CallTool> {
  return callWith(await connectModern(wiring), wiring)
}

function textOf(answer: Content): string {
  const { content } = answer as { readonly content: readonly { readonly text: string }[] }
  return content.map(({ text }) => text).join()
}

/** Runs calls at the same time, and stops where the user of the client is asked. */
function serverHarness(wire: (wiring: Wiring) => Promise<CallTool>): Harness {
  return {
    edits: false,
    run: async ({ gate, commands, bash, signal }) => {
      const told: (string | undefined)[] = commands.map(() => undefined)
      const asked: ((action: 'accept' | 'decline') => void)[] = []
      let changed = (): void => {}
      const ask: Ask = () =>
        new Promise((resolve) => {
          asked.push((action) => resolve({ action, ...(action === 'accept' && { content: {} }) }))
          changed()
        })
      const call = await wire({ bash, serverGate: gate, ask })
      const calls = Promise.all(
        commands.map(async (command, at) => {
          told[at] = textOf(await call(command, signal))
          changed()
        })
      )
      const isSettled = (): boolean =>
        told.filter((text) => text !== undefined).length + asked.length === commands.length
      const settled = new Promise<void>((resolve) => {
        changed = () => isSettled() && resolve()
      })
      await Promise.race([settled, calls])
      if (asked.length === 0) return { told }
      return {
        told: [...told],
        resume: async ({ approved }) => {
          for (const answer of asked) answer(approved ? 'accept' : 'decline')
          await calls
          return { told }
        }
      }
    }
  }
}

/** A client has no pause: what waits is called again. */
function clientHarness(wire: (wiring: Wiring) => Promise<CallTool>): Harness {
  return {
    run: async ({ gate, commands, bash, signal }): Promise<Stop> => {
      const call = await wire({ bash, clientGate: gate })
      const told = await Promise.all(
        commands.map(async (command) => textOf(await call(command, signal)))
      )
      const waits = (text: string): boolean => text.includes('requires approval')
      if (!told.some(waits)) return { told }
      return {
        told: told.map((text) => (waits(text) ? undefined : text)),
        resume: async ({ approved, edited }) => {
          const again = async (text: string, at: number) =>
            waits(text) && approved ? textOf(await call(edited ?? `${commands[at]}`, signal)) : text
          return { told: await Promise.all(told.map(again)) }
        }
      }
    }
  }
}

const server = describeScenarios('MCP server, version 1', serverHarness(wireV1))
describeScenarios('MCP server, version 2', serverHarness(wireV2), server)
describeScenarios('MCP server, version 2, stateless', serverHarness(wireModern), server)
describeScenarios('MCP client, version 1', clientHarness(wireV1), server)
describeScenarios('MCP client, version 2', clientHarness(wireV2), server)

describe('the adapter for MCP', () => {
  test.each([
    ['1', wireV1],
    ['2', wireV2],
    ['2, stateless', wireModern]
  ])('a client that cannot ask calls again, version %s', async (version, wire) => {
    const gate = createToolGate(server().client(), { approval: 'native' })
    const call = await wire({ bash: ({ command }) => `ran ${command}`, serverGate: gate })
    const command = `npm again ${version}`
    const text = textOf(await call(command))
    expect(text).toContain('requires approval')
    // Models follow links.
    expect(text).not.toContain('http')
    await server().approve(await server().nextApproval())
    expect(textOf(await call(command))).toBe(`ran ${command}`)
    expect(textOf(await call(command))).toContain('requires approval')
    await server().nextApproval()
  })

  test('an answer that nobody asked for allows nothing', async () => {
    const ran: string[] = []
    const gate = createToolGate(server().client(), { approval: 'native' })
    const bash = ({ command }: { command: string }) => `${ran.push(command)}`
    const client = await connectModern({ bash, serverGate: gate })
    const forged = { action: 'accept', content: {} }
    const params = {
      name: 'bash',
      arguments: { command: 'npm forged' },
      inputResponses: { agentguard: forged }
    }
    const answer = (await client.request({ method: 'tools/call', params })) as Content
    expect(textOf(answer)).toContain('requires approval')
    await server().nextApproval()
    expect(ran).toEqual([])
  })

  test('judges the arguments as the tool gets them, and by the name of the server', async () => {
    const actions: unknown[] = []
    const gate = createToolGate(server().client(), {
      onDecision: ({ action, call }) => actions.push([call.name, action?.command]),
      toolScope: { 'box:bash': 'shell' }
    })
    const mcp = guardMcpServer(new ServerV1(info), gate, { server: 'box' })
    const schema = { command: z.string().default('rm default') }
    let ran = 0
    const tool = mcp.registerTool('bash', { inputSchema: schema }, () => result(`${++ran}`))
    const [one, other] = InMemoryV1.createLinkedPair()
    const client = new ClientV1(info)
    await Promise.all([mcp.connect(one), client.connect(other)])
    onTestFinished(() => client.close())
    await client.callTool({ name: 'bash', arguments: {} })
    tool.update({ callback: () => result(`${++ran}`) })
    await client.callTool({ name: 'bash', arguments: {} })
    expect(ran).toBe(0)
    expect(actions).toEqual([
      ['box:bash', 'rm default'],
      ['box:bash', 'rm default']
    ])
    expect(gate.coverage.report().covered).toEqual(['box:bash'])
  })

  test('tools that are there already are an error, and nothing that runs unasked', () => {
    const gate = createToolGate(server().client())
    const [one, other] = [new ServerV1(info), new ServerV2(info)]
    one.registerTool('bash', {}, () => result(''))
    other.registerTool('bash', {}, () => result(''))
    for (const mcp of [one, other]) {
      expect(() => guardMcpServer(mcp, gate)).toThrow('before its tools are registered')
    }
  })

  test('tools that run as tasks, and those of the old way, are guarded', async () => {
    let ran = 0
    const gate = createToolGate(server().client())
    const mcp = guardMcpServer(new ServerV1(info), gate)
    mcp.tool('bash', { command: z.string() }, () => result(`${++ran}`))
    const created = (): never => {
      throw new Error(`${++ran}`)
    }
    const task = { createTask: created, getTask: created, getTaskResult: created }
    const config = {
      inputSchema: { command: z.string() },
      execution: { taskSupport: 'optional' as const }
    }
    mcp.experimental.tasks.registerToolTask('sh', config, task)
    const [one, other] = InMemoryV1.createLinkedPair()
    const client = new ClientV1(info)
    await Promise.all([mcp.connect(one), client.connect(other)])
    onTestFinished(() => client.close())
    for (const name of ['bash', 'sh']) {
      await client.callTool({ name, arguments: { command: 'rm task' } })
    }
    expect(ran).toBe(0)
  })

  test('a handler of the low-level server is guarded', async () => {
    const gate = createToolGate(server().client())
    const mcp = new ServerV1(info, { capabilities: { tools: {} } })
    let ran = 0
    const handler = guardToolHandler(gate, () => result(`${++ran}`))
    mcp.server.removeRequestHandler('tools/call')
    mcp.server.setRequestHandler(CallToolRequestSchema, handler)
    const [one, other] = InMemoryV1.createLinkedPair()
    const client = new ClientV1(info)
    await Promise.all([mcp.connect(one), client.connect(other)])
    onTestFinished(() => client.close())
    const call = async (command: string) =>
      textOf(await client.callTool({ name: 'bash', arguments: { command } }))
    expect(await call('rm low')).toContain('nothing is deleted')
    expect(await call('ls low')).toBe('1')
  })

  test('a call can say who makes it', async () => {
    const gate = createToolGate(server().client())
    const mcp = guardMcpServer(new ServerV2(info), gate, {
      context: ({ authInfo }) => ({ agentId: authInfo?.clientId ?? 'nobody', sessionId: 'mcp' })
    })
    mcp.registerTool('bash', { inputSchema }, () => result('ran'))
    const client = clientV2({ bash: () => '' })
    const [one, other] = InMemoryTransport.createLinkedPair()
    await Promise.all([mcp.connect(one), client.connect(other)])
    await client.callTool({ name: 'bash', arguments: { command: 'ls who' } })
    const entry = (await server().entries()).find(({ request }) => request.command === 'ls who')
    expect(entry?.request).toMatchObject({
      agent_id: 'nobody',
      session_id: 'mcp',
      meta: { framework: 'mcp' }
    })
  })

  test('a context that throws is an error result', async () => {
    const gate = createToolGate(server().client())
    const mcp = guardMcpServer(new ServerV2(info), gate, {
      context: () => {
        throw new Error('who is it')
      }
    })
    let ran = 0
    mcp.registerTool('bash', { inputSchema }, () => result(`${++ran}`))
    const client = clientV2({ bash: () => '' })
    const [one, other] = InMemoryTransport.createLinkedPair()
    await Promise.all([mcp.connect(one), client.connect(other)])
    const answer = await client.callTool({ name: 'bash', arguments: { command: 'ls' } })
    expect(answer.isError).toBe(true)
    expect(ran).toBe(0)
  })
})
