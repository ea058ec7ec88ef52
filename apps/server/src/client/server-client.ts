import { describeFault } from './describe-fault.ts'
import { maxReplyBytes, readReply } from './read-reply.ts'

export interface ServerClientOptions {
  /** Where the server is, without a slash at the end. */
  readonly url: string
  readonly apiKey?: string | undefined
  /** Whose routes are used. @defaultValue `local` */
  readonly tenant?: string | undefined
  /** How long an answer may take, its last byte included. */
  readonly timeoutMs: number
  /** The longest answer that is read. */
  readonly maxBytes?: number
}

/** What came back. */
type Reply =
  | { readonly ok: true; readonly body: unknown; readonly headers: Headers }
  | { readonly ok: false; readonly failure: ReplyFailure }

/** Why there is no answer to work with. */
export interface ReplyFailure {
  /** Lower_snake; `refused` when the server said no. */
  readonly code: string
  readonly message: string
  readonly next?: string | undefined
  /** The status of the answer, if there is one. */
  readonly status?: number
}

interface RequestOptions {
  readonly method?: 'GET' | 'POST'
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly signal?: AbortSignal
  /** Whether the path is the server's own and no tenant has one like it. */
  readonly isGlobal?: boolean
}

/** Asks a server. */
export interface ServerClient {
  readonly url: string
  /** Asks for a path below the tenant's routes, such as `v1/audit`. Never rejects. */
  request(path: string, options?: RequestOptions): Promise<Reply>
}

/** The longest text of a server that is shown. */
const maxShownLength = 500

/**
 * Creates a client. It follows no redirects, so that the key goes where it was meant to go, and reads no
 * more than it can hold.
 */
export function createServerClient(options: ServerClientOptions): ServerClient {
  const { url, apiKey, tenant = 'local', timeoutMs, maxBytes = maxReplyBytes } = options

  async function request(path: string, ask: RequestOptions = {}): Promise<Reply> {
    const timeout = AbortSignal.timeout(timeoutMs)
    try {
      const response = await fetch(urlOf(path, ask), {
        method: ask.method ?? 'GET',
        redirect: 'manual',
        signal: ask.signal ? AbortSignal.any([ask.signal, timeout]) : timeout,
        headers: {
          Accept: 'application/json',
          ...(apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` }),
          ...(ask.body === undefined ? {} : { 'Content-Type': 'application/json' })
        },
        ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) })
      })
      return interpret(response, await readReply(response, maxBytes))
    } catch (error) {
      return { ok: false, failure: describeFault(error, timeoutMs) }
    }
  }

  function urlOf(path: string, { query = {}, isGlobal = false }: RequestOptions): string {
    const route =
      isGlobal || tenant === 'local' || tenant === ''
        ? path
        : `v1/t/${encodeURIComponent(tenant)}/${path.replace(/^v1\//, '')}`
    const search = new URLSearchParams(query).toString()
    return `${url}/${route}${search === '' ? '' : `?${search}`}`
  }

  return { url, request }
}

function interpret(response: Response, text: string): Reply {
  const { status, headers } = response
  if (status >= 300 && status < 400) {
    const target = shorten(headers.get('location') ?? 'elsewhere')
    return failed('redirect', status, `the server redirects to ${target}`, redirected)
  }
  if (text === 'too_long') return failed('too_long', status, 'the answer is too long', notOurs)
  const body = parse(text)
  if (!response.ok) return refused(status, text, body)
  if (body !== undefined) return { ok: true, body: body.value, headers }
  return failed('not_json', status, `the answer is no JSON but ${describeText(text)}`, notOurs)
}

const redirected = 'If that is the server, use it in --url. The key was not sent there.'
const notOurs = 'Look at --url: is that an AgentGuard server, and nothing in front of it?'

function refused(status: number, text: string, body: { value: unknown } | undefined): Reply {
  const { value } = body ?? {}
  const error =
    typeof value === 'object' && value !== null && 'error' in value ? value.error : undefined
  const next = nextSteps[status]
  if (typeof error === 'string') return failed('refused', status, shorten(error), next)
  return failed('refused', status, describeText(text), next)
}

const nextSteps: Readonly<Record<number, string>> = {
  401: 'Set AGENTGUARD_API_KEY, or --api-key, to a key of this server.',
  403: 'The key may not do this. Use one of a person who may.',
  404: 'Look at the id, the tenant (--tenant) and the server (--url).',
  429: 'Too many requests. Wait a little, then try again.',
  502: 'The server behind the proxy does not answer. Look whether it runs.',
  503: 'The server cannot do this now. Try again later.',
  504: 'The server behind the proxy does not answer. Look whether it runs.'
}

function describeText(text: string): string {
  const trimmed = text.trim()
  if (trimmed === '') return 'an empty answer'
  return /^<(?:!doctype|html|\?xml)/i.test(trimmed) ? 'a web page' : shorten(trimmed)
}

function shorten(text: string): string {
  return text.length > maxShownLength ? `${text.slice(0, maxShownLength)}…` : text
}

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}

function failed(code: string, status: number, message: string, next: string | undefined): Reply {
  return { ok: false, failure: { code, status, message, next } }
}
