/**
 * An agent with three tools. It may read the repository, it may not read secrets, and it deploys only when a person
 * has said yes: once for each yes, and exactly what the person saw.
 */
import assert from 'node:assert/strict'
import { AgentGuard, AgentGuardDeniedError } from '@agentguard/sdk'
import { createToolGate, guardFunction } from '@agentguard/sdk/tools'
import { serve } from './serve.ts'

const server = await serve(`version: "1"
name: deploy agent
rules:
  - scope: filesystem
    allow: [{ action: read, paths: ["/repo/**"] }]
    deny: [{ paths: ["**/.env"], message: secrets stay where they are }]
  - scope: shell
    require_approval: [{ pattern: "deploy *" }]
`)

const guard = new AgentGuard({ baseUrl: server.url, agentId: 'deployer', apiKey: '', tenantId: '' })
const gate = createToolGate(guard.with({ sessionId: 'monday' }))

const read = guardFunction(gate, async ({ path }: { path: string }) => `text of ${path}`, {
  name: 'read_file'
})
const deployed: string[] = []
const shell = guardFunction(
  gate,
  async ({ command }: { command: string }) => {
    deployed.push(command)
    return 'done'
  },
  { name: 'bash' }
)

/** The person, who sees what waits, and answers. */
async function personSays(answer: 'approve' | 'deny'): Promise<string | undefined> {
  for (;;) {
    const [waiting] = await guard.pending()
    if (waiting) {
      assert.equal(await guard[answer](waiting.id), true)
      return waiting.request.command
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

try {
  assert.equal(await read({ path: '/repo/README.md' }), 'text of /repo/README.md')
  console.log('read the README')

  await assert.rejects(read({ path: '/repo/.env' }), AgentGuardDeniedError)
  console.log('was stopped before the secrets')

  const [seen, done] = await Promise.all([
    personSays('approve'),
    shell({ command: 'deploy --to production' })
  ])
  assert.deepEqual([seen, done], ['deploy --to production', 'done'])
  console.log('deployed, after a person said yes')

  const [, again] = await Promise.allSettled([
    personSays('deny'),
    shell({ command: 'deploy --to production' })
  ])
  assert.equal(again.status, 'rejected')
  assert.deepEqual(deployed, ['deploy --to production'])
  console.log('asked again for the second time, and heard no')

  const { entries } = await guard.audit({ session_id: 'monday' })
  const rules = entries.map(({ result }) => `${result.decision} ${result.matched_rule}`)
  assert.ok(rules.includes('ALLOW allow:approved'))
  console.log(`all of it is in the log: ${entries.length} entries`)
} finally {
  await server.stop()
}
