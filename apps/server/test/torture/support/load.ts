import type { CheckResult } from '@agentguard/protocol'
import { open, readReplies, requestText } from './raw.ts'

/** An answer to a check. */
export interface Checked {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly verdict: CheckResult
  readonly ms: number
}

export interface AskingOptions {
  readonly port: number
  /** How many ask at once, each one thing after the other. */
  readonly askers: number
  /** What to ask next; undefined to stop. */
  readonly next: (asker: number) => Readonly<Record<string, unknown>> | undefined
  readonly onAnswer: (checked: Checked, action: Readonly<Record<string, unknown>>) => void
  /** Told of what was asked and not answered, because the connection was lost. */
  readonly onLost?: (action: Readonly<Record<string, unknown>>) => void
  readonly headers?: Readonly<Record<string, string>>
  readonly path?: string
}

/** Asks about actions on several connections that are kept. Resolves when nobody asks any more. */
export async function keepAsking(options: AskingOptions): Promise<void> {
  await Promise.all(Array.from({ length: options.askers }, (_, asker) => ask(asker, options)))
}

async function ask(asker: number, options: AskingOptions): Promise<void> {
  const { port, next, onAnswer, onLost = () => {}, headers, path = '/v1/check' } = options
  const socket = await open(port).catch(() => undefined)
  let action = next(asker)
  if (!socket || action === undefined) {
    if (action !== undefined) onLost(action)
    return void socket?.destroy()
  }
  return await new Promise((resolve) => {
    let received = ''
    let sent = 0
    const write = (what: Readonly<Record<string, unknown>>): void => {
      sent = performance.now()
      socket.write(requestText(`POST ${path}`, headers, JSON.stringify(what)), 'latin1')
    }
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      received += chunk
      const [reply] = readReplies(received).replies
      if (!reply || action === undefined) return
      received = ''
      const isVerdict = reply.headers.get('content-type') === 'application/json'
      const verdict = isVerdict ? (JSON.parse(reply.body) as CheckResult) : noVerdict
      onAnswer({ ...reply, verdict, ms: performance.now() - sent }, action)
      action = next(asker)
      if (action === undefined) socket.end()
      else if (reply.headers.get('connection') === 'close') {
        socket.destroy()
        // A server that closes connections has answered; the next question goes to a new one.
        const first = action
        action = undefined
        void ask(asker, { ...options, next: once(first, next) }).then(resolve)
      } else write(action)
    })
    socket.on('close', () => {
      if (action !== undefined) onLost(action)
      resolve()
    })
    write(action)
  })
}

const noVerdict = { decision: 'DENY', reason: '' } as const

/** Hands out one thing, then what comes next. */
function once(
  first: Readonly<Record<string, unknown>>,
  next: AskingOptions['next']
): AskingOptions['next'] {
  let isFirst = true
  return (asker) => {
    if (!isFirst) return next(asker)
    isFirst = false
    return first
  }
}
