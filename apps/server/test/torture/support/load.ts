import type { Socket } from 'node:net'
import type { CheckResult } from '@agentguard/protocol'
import { open, type Reply, readReplies, requestText } from './raw.ts'

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
  /** The address of this machine to ask from. Outside of Linux there may be only one. */
  readonly from?: string | undefined
}

/** Asks about actions on several connections that are kept. Resolves when nobody asks any more. */
export async function keepAsking(options: AskingOptions): Promise<void> {
  await Promise.all(Array.from({ length: options.askers }, (_, asker) => ask(asker, options)))
}

async function ask(asker: number, options: AskingOptions): Promise<void> {
  const { port, next, onAnswer, onLost = () => {}, headers, path = '/v1/check', from } = options
  let socket: Socket | undefined
  for (let action = next(asker); action !== undefined; action = next(asker)) {
    socket ??= await open(port, from).catch(() => undefined)
    const sent = performance.now()
    const text = requestText(`POST ${path}`, headers, JSON.stringify(action))
    const reply = socket && (await replyTo(socket, text))
    if (!reply) return onLost(action)
    const isVerdict = reply.headers.get('content-type') === 'application/json'
    const verdict = isVerdict ? (JSON.parse(reply.body) as CheckResult) : noVerdict
    onAnswer({ ...reply, verdict, ms: performance.now() - sent }, action)
    if (reply.headers.get('connection') === 'close') {
      socket?.destroy()
      socket = undefined
    }
  }
  socket?.destroy()
}

const noVerdict = { decision: 'DENY', reason: '' } as const

/** Sends a request; resolves to its answer, or to undefined when the connection is lost before. */
function replyTo(socket: Socket, text: string): Promise<Reply | undefined> {
  return new Promise((resolve) => {
    let received = ''
    const done = (reply: Reply | undefined): void => {
      socket.off('data', take).off('close', lost)
      resolve(reply)
    }
    const lost = (): void => done(undefined)
    const take = (chunk: string): void => {
      received += chunk
      const [reply] = readReplies(received).replies
      if (reply) done(reply)
    }
    socket.setEncoding('latin1').on('data', take).once('close', lost)
    if (socket.destroyed) lost()
    else socket.write(text, 'latin1')
  })
}
