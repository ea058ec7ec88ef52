import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { peerGroup } from '@agentguard/access'
import { getRequestListener } from '@hono/node-server'
import type { Admission, Entered, RequestKind } from './admission/admission.ts'
import { refuseEntry } from './admission/refuse-entry.ts'
import { type Answer, textAnswer } from './answer.ts'
import { authRequestOfIncoming } from './auth-request.ts'
import { corsHeaders } from './cors.ts'
import { type AppDeps, createApp, internalError } from './create-app.ts'
import { declaredBytes, describeRequest } from './describe-request.ts'
import { createEndWithClient } from './end-with-client.ts'
import { createGather, type Gather, gatherOthers } from './gather.ts'
import { type AnsweredRequest, observeRequest } from './observe-request.ts'
import type { PeerOf } from './peer-address.ts'
import { readIncoming } from './read-body.ts'
import { type HostFilter, refuseRequest } from './refuse-request.ts'
import { type Reply, replier, replyLater } from './reply.ts'
import { type Bindings, type RequestFacts, requestIdOf } from './request-facts.ts'
import { bodyTooLarge } from './routes/check.ts'
import { unknownTenant } from './scoped-route.ts'

export type ListenerDeps = AppDeps & ListenerOptions

interface ListenerOptions {
  /** Which hosts we answer for. @defaultValue all */
  readonly isOurHost?: HostFilter | undefined
  /** Where a request comes from. */
  readonly peerOf: PeerOf
  /** Who is let in. */
  readonly admission: Pick<Admission, 'connect' | 'enter' | 'bodies'>
  /** Where checks meet that arrive together. @defaultValue a place of their own */
  readonly gather?: Gather | undefined
  /** Where all other requests take turns. @defaultValue a place of their own */
  readonly others?: Gather | undefined
  /** Told of every request that has been answered. */
  readonly onAnswer?: ((request: AnsweredRequest) => void) | undefined
}

/**
 * Creates the listener of a `node:http` server.
 *
 * It looks at what the application cannot see, such as how a request was written. And it takes the
 * checks itself: they are nearly all there is to do, and the way through `Request` and `Response`
 * costs a third of the throughput. Both ways have the same tests.
 */
export function createListener(deps: ListenerDeps): RequestListener {
  const { allowedOrigin, isOurHost, peerOf, admission, onAnswer, onFault = () => {} } = deps
  const { gather = createGather(), others = gatherOthers() } = deps
  const app = createApp(deps)
  const endWithClient = createEndWithClient()
  const factsOfRequest = new WeakMap<IncomingMessage, RequestFacts>()
  const listen = getRequestListener(
    (request, env) => {
      const facts = factsOfRequest.get((env as { incoming: IncomingMessage }).incoming)
      return app.fetch(request, { ...env, ...(facts ? { facts } : {}) } as Bindings)
    },
    { hostname: 'localhost', overrideGlobalObjects: false }
  )

  function handle(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    facts: RequestFacts
  ): Promise<void> | void {
    const reply = replier(incoming, outgoing, {
      'X-Request-Id': facts.requestId,
      ...corsHeaders(incoming.headers.origin, allowedOrigin)
    })
    const refusal = refuseRequest(incoming, isOurHost)
    if (refusal) return reply(refusal)
    if (incoming.method !== 'POST') endWithClient(incoming.socket, outgoing)
    const { kind, tenant } = describeRequest(incoming)
    const goOn = (entered: Entered): Promise<void> | void => {
      if (!entered.ok) return replyLater(outgoing, () => reply(refuseEntry(entered, kind)))
      // Who has gone while they waited would not give it back.
      if (outgoing.closed) return entered.leave()
      outgoing.once('close', entered.leave)
      return answer(incoming, outgoing, { facts, kind, tenant, reply })
    }
    const entered = admission.enter(facts.peer, kind, (leave) => outgoing.once('close', leave))
    return entered instanceof Promise ? entered.then(goOn) : goOn(entered)
  }

  /** Answers whoever was let in. */
  function answer(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    { facts, kind, tenant, reply }: LetIn
  ): Promise<void> | void {
    if (kind === 'check') return check(incoming, facts, tenant, reply)
    const bytes = declaredBytes(incoming, deps.maxBodyBytes(tenant))
    if (!takeMemory(outgoing, facts.peer, bytes)) return reply(noMemory(kind))
    factsOfRequest.set(incoming, facts)
    return answerInTurn(incoming, outgoing, facts)
  }

  /** Answers what is no check: somebody who asks for much at once, of whatever kind, waits behind himself alone. */
  async function answerInTurn(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    { peer }: RequestFacts
  ): Promise<void> {
    await others.join(peerGroup(peer))
    // Who has gone while they waited hears no answer.
    if (!outgoing.destroyed) await listen(incoming, outgoing)
  }

  /** Memory for as long as a request is worked on. */
  function takeMemory(outgoing: ServerResponse, peer: string, bytes: number): boolean {
    if (bytes === 0) return true
    if (!admission.bodies.take(peer, bytes)) return false
    outgoing.once('close', () => admission.bodies.give(peer, bytes))
    return true
  }

  async function check(
    incoming: IncomingMessage,
    facts: RequestFacts,
    tenant: string,
    reply: Reply
  ): Promise<void> {
    if (!deps.hasTenant(tenant)) return reply(unknownTenant)
    const asking = authRequestOfIncoming(incoming, facts)
    const asked = deps.auth.authorize(asking, 'check', tenant)
    // What needs no waiting does not wait: the body must not begin to arrive before somebody listens.
    const authorized = asked instanceof Promise ? await asked : asked
    if (!authorized.ok) return reply(authorized.answer)
    const maxBytes = deps.maxBodyBytes(tenant)
    let held = 0
    const take = (bytes: number): boolean => {
      if (!admission.bodies.take(facts.peer, bytes)) return false
      held += bytes
      return true
    }
    try {
      const body = await readIncoming(incoming, maxBytes, take)
      if (body === 'too_large') return reply(bodyTooLarge(maxBytes))
      if (body === 'no_memory') return reply(noMemory('check'))
      if (body === 'aborted') return reply(textAnswer(400, 'Invalid request: unexpected EOF'))
      const { principal } = authorized
      const { header } = asking
      await gather.join(peerGroup(facts.peer))
      reply(await deps.answerCheck(body, { ...facts, tenant, principal, header }))
    } finally {
      if (held > 0) admission.bodies.give(facts.peer, held)
    }
  }

  function attempt(run: () => void): void {
    try {
      run()
    } catch (error) {
      onFault(error)
    }
  }

  return (incoming, outgoing) => {
    const facts: RequestFacts = {
      peer: peerOf(incoming.socket.remoteAddress, incoming.headers['x-forwarded-for']),
      requestId: requestIdOf(incoming.headers['x-request-id'])
    }
    // What somebody who only watches throws must not end the process.
    if (onAnswer) {
      observeRequest(incoming, outgoing, facts, (request) => attempt(() => onAnswer(request)))
    }
    const fail = (error: unknown): void => {
      onFault(error)
      if (outgoing.headersSent) outgoing.destroy()
      else replier(incoming, outgoing, {})(internalError)
    }
    try {
      handle(incoming, outgoing, facts)?.catch(fail)
    } catch (error) {
      fail(error)
    }
  }
}

/** A request that was let in. */
interface LetIn {
  readonly facts: RequestFacts
  readonly kind: RequestKind
  readonly tenant: string
  readonly reply: Reply
}

function noMemory(kind: RequestKind): Answer {
  return refuseEntry({ ok: false, reason: 'body_memory', retryAfterMs: 1000 }, kind)
}
