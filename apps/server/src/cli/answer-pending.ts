import { setTimeout } from 'node:timers/promises'
import { printable } from '@agentguard/protocol/printable'
import { listPending, type PendingApproval } from '../client/list-pending.ts'
import { sendAnswer } from '../client/send-answer.ts'
import type { ReplyFailure, ServerClient } from '../client/server-client.ts'
import { approvalDetails } from './describe-approval.ts'
import type { Keys } from './io.ts'
import type { Printer } from './printer.ts'

export interface AnswerOptions {
  readonly keys: Keys
  readonly signal: AbortSignal
  readonly printer: Printer
  /** How often it is asked what waits. @defaultValue 2000 */
  readonly intervalMs?: number
}

/** A key that comes sooner was meant for what was on the screen before, or is held down. */
const quietMs = 500
/** How many skipped ones are remembered. */
const maxSkipped = 10_000

/** What becomes of one that is shown. */
type Outcome = 'answered' | 'gone' | 'skip' | 'quit'

/**
 * Shows what waits, the oldest first, one after the other, and takes an answer to each from the keyboard,
 * until somebody quits or it is aborted. Resolves to why the server cannot be asked, if it cannot.
 */
export async function answerPending(
  client: ServerClient,
  { keys, signal, printer, intervalMs = 2000 }: AnswerOptions
): Promise<ReplyFailure | undefined> {
  const skipped = new Set<string>()
  const handling = { client, keys, signal, printer, intervalMs }
  let isIdle = false
  try {
    for (;;) {
      const list = await listPending(client, signal)
      if (signal.aborted) return undefined
      if (!list.ok) return list.failure
      const next = list.approvals.find(({ id }) => !skipped.has(id))
      if (!next && !isIdle) printer.text('', describeIdle(skipped.size))
      isIdle = next === undefined
      const outcome = await step(next, skipped, handling)
      if (outcome === 'quit') return undefined
    }
  } finally {
    keys.close()
  }
}

/** Takes an answer to the next one, or waits a while for one. */
async function step(
  next: PendingApproval | undefined,
  skipped: Set<string>,
  handling: Handling
): Promise<Outcome> {
  if (!next) return rest(handling)
  const outcome = await handle(next, handling)
  if (outcome === 'skip') skip(skipped, next.id)
  return outcome
}

function skip(skipped: Set<string>, id: string): void {
  // So many are no list that anybody goes through: they come up again.
  if (skipped.size >= maxSkipped) skipped.clear()
  skipped.add(id)
}

function describeIdle(skipped: number): string {
  const others = skipped === 0 ? '' : ` (${skipped} skipped)`
  return `Nothing waits${others}. Watching; q quits.`
}

/** Waits a while, or for a key that quits. */
async function rest({ keys, signal, intervalMs }: Handling): Promise<Outcome> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(intervalMs)])
  for (let key = await keys.next(deadline); key !== undefined; key = await keys.next(deadline)) {
    if (isQuit(key)) return 'quit'
  }
  return 'gone'
}

type Handling = Required<AnswerOptions> & { readonly client: ServerClient }

/** Shows one and waits for its answer, or until somebody else has answered it. */
async function handle(approval: PendingApproval, handling: Handling): Promise<Outcome> {
  const { printer, keys, client } = handling
  const { style } = printer
  printer.text(
    '',
    style.bold(`${printable(approval.id)} asks:`),
    ...approvalDetails(approval, Date.now()).map((line) => `  ${line}`),
    `${style.green('[a]')}pprove  ${style.red('[d]')}eny  [s]kip  [q]uit`
  )
  const settled = new AbortController()
  const signal = AbortSignal.any([handling.signal, settled.signal])
  const watching = watchUntilGone(approval.id, { ...handling, signal }).then((isGone) => {
    if (isGone) settled.abort()
  })
  try {
    await keys.quiet(quietMs, signal)
    for (let key = await keys.next(signal); key !== undefined; key = await keys.next(signal)) {
      if (key === 's') return 'skip'
      if (isQuit(key)) return 'quit'
      const name = key === 'a' ? 'approve' : key === 'd' ? 'deny' : undefined
      if (name) return await answer(approval, name, { client, printer })
    }
    if (handling.signal.aborted) return 'quit'
    printer.text('It does not wait any more: somebody has answered it, or its time is over.')
    return 'gone'
  } finally {
    settled.abort()
    await watching
  }
}

/** Resolves to true when an approval does not wait any more, to false when it is aborted first. */
async function watchUntilGone(
  id: string,
  { client, signal, intervalMs }: Handling
): Promise<boolean> {
  while (!signal.aborted) {
    await setTimeout(intervalMs, undefined, { signal }).catch(() => {})
    if (signal.aborted) return false
    const list = await listPending(client, signal)
    if (signal.aborted) return false
    if (list.ok && !list.approvals.some((one) => one.id === id)) return true
  }
  return false
}

async function answer(
  { id, alike }: PendingApproval,
  name: 'approve' | 'deny',
  { client, printer }: Pick<Handling, 'client' | 'printer'>
): Promise<Outcome> {
  const sent = await sendAnswer(client, { name, id, only: alike })
  if (sent.ok) {
    printer.text(`Action ${name}: ${printable(sent.status)}`)
    return sent.status === 'pending' ? 'skip' : 'answered'
  }
  const { status } = sent.failure
  printer.fail(sent.failure, status === undefined ? '' : `Failed (${status}): `)
  // It stays where it is, and must not come back at once.
  return 'skip'
}

/** `q`, Ctrl-C and Ctrl-D. */
function isQuit(key: string): boolean {
  return key === 'q' || key === '\u0003' || key === '\u0004'
}
