// Stands in for Claude Code in tests: speaks its stream-json protocol on stdin and stdout. What its model does is in
// FAKE_CLAUDE, as JSON: the calls of each turn, and rules. A tool that runs answers `ran <input>` as a result.
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'

const script = JSON.parse(process.env.FAKE_CLAUDE ?? '{}')
const { turns = [], mode = 'default', askRules = [], session = randomUUID() } = script
const canPrompt = process.argv.includes('--permission-prompt-tool=stdio')
const waiting = new Map()
let hooks = {}
let turn = 0

const send = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)
const ids = () => ({ session_id: session, uuid: randomUUID() })

function ask(request, signal) {
  const id = randomUUID()
  send({ type: 'control_request', request_id: id, request })
  signal?.addEventListener('abort', () => {
    send({ type: 'control_cancel_request', request_id: id })
    settle(id, { subtype: 'error', error: 'cancelled' })
  })
  return new Promise((resolve) => waiting.set(id, resolve))
}

function settle(id, response) {
  waiting.get(id)?.(response)
  waiting.delete(id)
}

async function runHook(event, matcher, callbackId, input, id, signal) {
  const request = { subtype: 'hook_callback', callback_id: callbackId, input, tool_use_id: id }
  const answer = await ask({ ...request, input: { hook_event_name: event, ...input } }, signal)
  if (answer.subtype === 'success') return answer.response ?? {}
  if (matcher.onFailure !== 'block') return {}
  return {
    hookSpecificOutput: { permissionDecision: 'deny', permissionDecisionReason: 'hook failed' }
  }
}

async function runHooks(event, input, id, signal) {
  const matchers = (hooks[event] ?? []).filter(
    ({ matcher }) => !matcher || new RegExp(`^(?:${matcher})$`).test(input.tool_name)
  )
  const asked = matchers.flatMap((matcher) =>
    matcher.hookCallbackIds.map((one) => runHook(event, matcher, one, input, id, signal))
  )
  return (await Promise.all(asked)).map((output) => output.hookSpecificOutput ?? {})
}

/** What Claude Code makes of a call before it runs: hooks, then rules, then a prompt. */
async function permission(call, signal) {
  const base = { session_id: session, transcript_path: '/dev/null', permission_mode: mode }
  const use = { ...base, cwd: script.cwd ?? '/work', tool_name: call.name, tool_input: call.input }
  const outputs = await runHooks('PreToolUse', { ...use, tool_use_id: call.id }, call.id, signal)
  const edited = outputs.findLast(({ updatedInput }) => updatedInput)?.updatedInput
  const input = edited ?? call.input
  const order = ['deny', 'defer', 'ask', 'allow']
  const [said] = outputs.toSorted(
    (a, b) => rank(order, a.permissionDecision) - rank(order, b.permissionDecision)
  )
  const decision = said?.permissionDecision
  if (decision === 'deny') return { deny: said.permissionDecisionReason }
  // As versions of Claude Code do, which take no notice of a hook that says `ask` in these modes.
  const isOpen = mode === 'bypassPermissions' || mode === 'auto'
  const isAsked = (decision === 'ask' && !isOpen) || askRules.includes(call.name)
  if (!isAsked && (decision === 'allow' || isOpen)) return { input }
  return await prompt({ ...call, input }, said?.permissionDecisionReason, use, signal)
}

function rank(order, decision) {
  const at = order.indexOf(decision)
  return at === -1 ? order.length : at
}

async function prompt(call, reason, use, signal) {
  const [asked] = await runHooks(
    'PermissionRequest',
    { ...use, tool_input: call.input },
    call.id,
    signal
  )
  if (asked?.decision?.behavior === 'allow')
    return { input: asked.decision.updatedInput ?? call.input }
  if (asked?.decision?.behavior === 'deny') return { deny: asked.decision.message }
  if (!canPrompt) return { deny: 'nobody can be prompted' }
  const { response } = await ask(
    {
      subtype: 'can_use_tool',
      tool_name: call.name,
      input: call.input,
      tool_use_id: call.id,
      permission_suggestions: [],
      decision_reason: reason
    },
    signal
  )
  if (response?.behavior === 'allow') return { input: response.updatedInput }
  return { deny: response?.message ?? 'no answer', interrupt: response?.interrupt }
}

async function runTurn() {
  const stop = new AbortController()
  runTurn.stop = () => stop.abort()
  const calls = (turns[turn++] ?? []).map((call, at) => ({ id: `toolu_${turn}_${at}`, ...call }))
  const tools = [...new Set(turns.flat().map(({ name }) => name))]
  send({ type: 'system', subtype: 'init', tools, mcp_servers: [], cwd: '/work', ...ids() })
  const blocks = calls.map(({ id, name, input, type = 'tool_use' }) => ({ type, id, name, input }))
  const spoken = { role: 'assistant', content: blocks }
  send({ type: 'assistant', message: spoken, parent_tool_use_id: null, ...ids() })
  const local = calls.filter(({ type = 'tool_use' }) => type === 'tool_use')
  const ends = await Promise.all(
    local.map(async (call) => {
      const said = await permission(call, stop.signal)
      if (stop.signal.aborted) return { interrupt: true }
      const content = said.deny ?? `ran ${JSON.stringify(said.input)}`
      const result = { type: 'tool_result', tool_use_id: call.id, content, is_error: !said.input }
      const message = { role: 'user', content: [result] }
      send({ type: 'user', message, parent_tool_use_id: null, ...ids() })
      return said
    })
  )
  const isStopped = ends.some(({ interrupt }) => interrupt)
  const subtype = isStopped ? 'error_during_execution' : 'success'
  send({
    type: 'result',
    subtype,
    is_error: isStopped,
    result: 'done',
    errors: [],
    num_turns: 1,
    ...ids()
  })
}

function answer(id, response) {
  send({
    type: 'control_response',
    response: { subtype: 'success', request_id: id, response }
  })
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line)
  if (message.type === 'control_response') {
    settle(message.response.request_id, message.response)
  } else if (message.type === 'control_request') {
    const { subtype } = message.request
    if (subtype === 'initialize') hooks = message.request.hooks ?? {}
    if (subtype === 'interrupt') runTurn.stop?.()
    const applied = { hooks_applied: true, hook_on_failure_supported: true }
    answer(message.request_id, { commands: [], agents: [], models: [], account: {}, ...applied })
  } else if (message.type === 'user') {
    void runTurn()
  }
}
