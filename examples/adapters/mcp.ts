/** MCP: a server with a guarded tool, whose client asks its user; and a guarded client of a server that is not. */
import assert from 'node:assert/strict'
import { AgentGuard } from '@agentguard/sdk'
import { createToolGate, guardMcpClient, guardMcpServer } from '@agentguard/sdk/mcp'
import { Client, InMemoryTransport } from '@modelcontextprotocol/client'
import { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { answerNext, commands, policy, serve } from './serve.ts'

const info = { name: 'box', version: '1.0.0' }
const ran: string[] = []

function register(mcp: McpServer): void {
  mcp.registerTool('bash', { inputSchema: z.object({ command: z.string() }) }, ({ command }) => ({
    content: [{ type: 'text', text: `${ran.push(command)}` }]
  }))
}

async function connect(mcp: McpServer, client: Client): Promise<void> {
  const [one, other] = InMemoryTransport.createLinkedPair()
  await Promise.all([mcp.connect(one), client.connect(other)])
}

const server = await serve(policy)
const guard = new AgentGuard({ baseUrl: server.url, apiKey: '', tenantId: '' })
try {
  const gate = createToolGate(guard, { approval: 'native' })
  const mcp = guardMcpServer(new McpServer(info), gate)
  register(mcp)

  const client = new Client(info, { capabilities: { elicitation: { form: {} } } })
  client.setRequestHandler('elicitation/create', async () => {
    assert.equal(await answerNext(guard, 'approve'), 'npm install left-pad')
    return { action: 'accept', content: {} }
  })
  await connect(mcp, client)
  for (const command of commands) await client.callTool({ name: 'bash', arguments: { command } })
  assert.deepEqual(ran, ['ls -l', 'npm install left-pad'])
  await client.close()

  ran.length = 0
  const stranger = new McpServer(info)
  register(stranger)
  const careful = guardMcpClient(new Client(info), createToolGate(guard))
  await connect(stranger, careful)
  const told = await careful.callTool({ name: 'bash', arguments: { command: 'rm -rf /repo' } })
  assert.equal(told.isError, true)
  assert.deepEqual(ran, [])
  await careful.close()
  console.log('what may run ran, at both ends')
} finally {
  await server.stop()
}
