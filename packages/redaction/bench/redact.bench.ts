/**
 * How long redaction takes per action, beside the five patterns of version 1.0 as JavaScript expressions.
 *
 * `node bench/redact.bench.ts [--quick]`
 */
import type { ActionRequest } from '@agentguard/protocol'
import { createRedactor } from '../src/index.ts'
import { hostileTexts } from '../test/hostile.ts'
import { referenceRedact } from '../test/reference.ts'

const quick = process.argv.includes('--quick')
const rounds = quick ? 5 : 15
const sampleMs = quick ? 20 : 100

const redactor = createRedactor({ key: 'a key of sixteen bytes or more' })

const who = { agent_id: 'build-agent', session_id: '550e8400-e29b-41d4-a716-446655440000' }
const ordinary: readonly ActionRequest[] = [
  { ...who, scope: 'shell', command: 'git log --oneline -n 20 -- packages/policy/src' },
  { ...who, scope: 'shell', command: 'npm run build && node dist/main.js --port 8080 --verbose' },
  {
    ...who,
    scope: 'filesystem',
    action: 'read',
    path: '/home/user/project/src/components/button.tsx'
  },
  {
    ...who,
    scope: 'network',
    url: 'https://api.example.com/v1/items?page=2&limit=50',
    domain: 'api.example.com'
  },
  {
    ...who,
    scope: 'mcp_tool',
    command: 'github:create_issue',
    meta: {
      transport: 'mcp_gateway',
      namespace: 'github',
      tool_name: 'create_issue',
      arg_title: 'The list is empty after a reload',
      arg_body: 'Open the page, reload it, and the list has no items until the second reload.'
    }
  }
]
const secret: readonly ActionRequest[] = [
  {
    ...who,
    scope: 'shell',
    command: 'curl -H "Authorization: Bearer abc123def456" https://api.example.com'
  },
  { ...who, scope: 'network', url: 'postgres://app:hunter2@db.internal:5432/app' },
  {
    ...who,
    scope: 'mcp_tool',
    command: 'web:fetch',
    meta: { arg_headers: '{"X-Api-Key":"abc123"}' }
  }
]

/** What version 1.0 redacts in an action. */
function referenceAction(action: ActionRequest): ActionRequest {
  const text = (value: string | undefined) => (value === undefined ? value : referenceRedact(value))
  const meta = action.meta && mapValues(action.meta, referenceRedact)
  const { command, path, domain, url } = action
  return {
    ...action,
    command: text(command),
    path: text(path),
    domain: text(domain),
    url: text(url),
    action: text(action.action),
    meta
  } as ActionRequest
}

function mapValues(meta: Readonly<Record<string, string>>, map: (value: string) => string) {
  return Object.fromEntries(Object.entries(meta).map(([name, value]) => [name, map(value)]))
}

/** The same actions with other identifiers, so that nothing is answered from a cache of the engine. */
function vary(actions: readonly ActionRequest[]): readonly ActionRequest[] {
  return Array.from({ length: 2000 }, (_, index) => {
    const action = actions[index % actions.length] as ActionRequest
    return JSON.parse(
      JSON.stringify(action).replaceAll(/build-agent|api\.|git log|web:/g, `$&${index}`)
    )
  })
}

/** Nanoseconds per action: the median of some samples of each way, taken by turns. */
function measure(
  actions: readonly ActionRequest[],
  ways: readonly ((action: ActionRequest) => unknown)[]
): number[] {
  for (const way of ways) sample(actions, way)
  const samples = Array.from({ length: rounds }, () => ways.map((way) => sample(actions, way)))
  return ways.map((_way, index) => {
    const times = samples.map((round) => round[index] as number)
    return times.sort((a, b) => a - b)[rounds >> 1] as number
  })
}

function sample(actions: readonly ActionRequest[], redact: (action: ActionRequest) => unknown) {
  const started = performance.now()
  let count = 0
  let now = started
  while (now < started + sampleMs) {
    for (const action of actions) redact(action)
    count += actions.length
    now = performance.now()
  }
  return ((now - started) / count) * 1e6
}

const ns = (value: number) => `${Math.round(value).toLocaleString('en-US')} ns`.padStart(10)

for (const [name, actions] of [
  ['ordinary action', ordinary],
  ['with a secret', secret]
] as const) {
  const [ours = 0, baseline = 0] = measure(vary(actions), [redactor.redactAction, referenceAction])
  const ratio = (ours / baseline).toFixed(2)
  console.log(`${name.padEnd(16)} ${ns(ours)}   five patterns ${ns(baseline)}   ratio ${ratio}`)
}

const length = quick ? 1 << 17 : 1 << 20
const texts = quick ? hostileTexts.filter((_text, index) => index % 20 === 0) : hostileTexts
const times = texts
  .map(({ name, make }) => {
    const text = make(length)
    const started = performance.now()
    redactor.redactText(text)
    return { name, ms: performance.now() - started }
  })
  .sort((a, b) => b.ms - a.ms)
const worst = times[0] as (typeof times)[number]
const median = times[times.length >> 1] as (typeof times)[number]
console.log(
  `\n${times.length} hostile texts of ${length / 1024} KiB: median ${median.ms.toFixed(1)} ms, ` +
    `worst ${worst.ms.toFixed(0)} ms for ${worst.name}`
)
