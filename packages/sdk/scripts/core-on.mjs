/**
 * Runs the core, as it is published, on the Node that runs this file: `node core-on.mjs <dist>`. It is JavaScript
 * and uses nothing newer than Node 20, since that is what it is for.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const dist = resolve(process.argv[2] ?? 'dist')
const require = createRequire(import.meta.url)
const forms = {
  esm: [
    await import(pathToFileURL(`${dist}/index.js`).href),
    await import(pathToFileURL(`${dist}/tools.js`).href)
  ],
  cjs: [require(`${dist}/index.cjs`), require(`${dist}/tools.cjs`)]
}

/** A server with one rule for each decision, whose approvals are granted at once, and used once. */
const granted = new Set()
const server = createServer(async (request, response) => {
  let text = ''
  for await (const chunk of request) text += chunk
  const answer = (body) =>
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
  const [, , route, id] = new URL(request.url, 'http://localhost').pathname.split('/')
  if (route === 'wait' || route === 'status') {
    granted.add(id)
    return answer({ id, status: 'resolved', decision: 'ALLOW' })
  }
  const action = JSON.parse(text)
  const command = action.command ?? ''
  if (command === 'hang')
    return response.writeHead(200, { 'Content-Type': 'application/json' }).write('{')
  if (command.startsWith('ls')) return answer({ decision: 'ALLOW', reason: '' })
  if (!command.startsWith('npm')) return answer({ decision: 'DENY', reason: 'no' })
  if (granted.delete(action.approval_id)) return answer({ decision: 'ALLOW', reason: 'approved' })
  return answer({ decision: 'REQUIRE_APPROVAL', reason: 'ask', approval_id: 'ap_1' })
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const baseUrl = `http://127.0.0.1:${server.address().port}`

for (const [form, [sdk, tools]] of Object.entries(forms)) {
  const { AgentGuard, AgentGuardDeniedError, guarded } = sdk
  assert.equal(sdk.default, AgentGuard, form)
  const guard = new AgentGuard({ baseUrl, tenantId: '', timeout: 2000 })

  assert.equal((await guard.check('shell', { command: 'ls' })).allowed, true)
  assert.equal((await guard.check('shell', { command: 'rm' })).denied, true)
  const hasty = guard.with({ timeout: 50 })
  assert.equal((await hasty.check('shell', { command: 'hang' })).denied, true)
  const run = guarded(guard, 'shell', async (command) => `ran ${command}`, {
    waitForApproval: true,
    consumeApproval: true
  })
  assert.equal(await run('npm ci'), 'ran npm ci')
  await assert.rejects(run('rm'), AgentGuardDeniedError)
  const controller = new AbortController()
  const checking = guard.check('shell', { command: 'hang' }, { signal: controller.signal })
  controller.abort(new Error('enough'))
  await assert.rejects(checking, /enough/)

  const { createToolGate, guardFunction } = tools
  const gate = createToolGate(guard)
  const tool = guardFunction(gate, async ({ command }) => `ran ${command}`, { name: 'bash' })
  assert.equal(await tool({ command: 'ls' }), 'ran ls')
  assert.equal(await tool({ command: 'npm ci' }), 'ran npm ci')
  // The errors of both entries are the same classes.
  await assert.rejects(tool({ command: 'rm' }), AgentGuardDeniedError)
}
server.closeAllConnections()
server.close()
console.log(`the core runs on Node ${process.versions.node}, as ESM and as CommonJS`)
