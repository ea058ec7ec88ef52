import { mayDo, type Need, roles } from '@agentguard/access'
import type {
  MediaType,
  Operation,
  Parameter,
  Reference,
  RequestBody,
  Response
} from './document.ts'
import { parameterRef } from './parameters.ts'
import { responseRef } from './responses.ts'
import { schemaRef } from './schemas.ts'

/** An operation before what all of its kind have in common is added. */
export interface OperationSpec {
  readonly operationId: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  /** What the credential has to permit; nothing where everybody may. */
  readonly need?: Need
  /** Whether who is known gets more, where nobody needs to be. */
  readonly isMoreForKnown?: boolean
  /** Whether a browser has to prove that its user meant it. */
  readonly isChanging?: boolean
  /**
   * What it is to those who let requests in: a `check` is answered with a verdict whatever happens, a `probe`
   * is always let in, for a `stream` there is room.
   */
  readonly kind?: 'check' | 'probe' | 'stream' | 'other'
  readonly parameters?: readonly (Parameter | Reference)[]
  readonly body?: RequestBody
  /** By status. Undefined takes away what its kind is answered with. */
  readonly answers: Readonly<Record<number, Response | Reference | undefined>>
}

/** Makes an operation. What its kind is answered with is added where its own answers do not say it. */
export function operation(spec: OperationSpec): Operation {
  const { operationId, tag, summary, need, parameters = [], body, answers } = spec
  const all: Record<string, Response | Reference | undefined> = {
    ...commonAnswers(spec),
    ...answers
  }
  return {
    operationId,
    summary,
    description: describe(spec),
    tags: [tag],
    security: securityOf(spec),
    parameters: [...parameters, parameterRef('RequestId')],
    ...(body && { requestBody: body }),
    responses: Object.fromEntries(
      Object.keys(all)
        .sort()
        .flatMap((status) => (all[status] ? [[status, all[status]]] : []))
    ),
    'x-agentguard-permission': need ?? 'none'
  }
}

function commonAnswers({ need, kind = 'other' }: OperationSpec): Record<string, Reference> {
  if (kind === 'check') return {}
  if (kind === 'probe') return { 403: responseRef('ForeignHost') }
  const common = { 429: responseRef('TooManyRequests'), 503: responseRef('Unavailable') }
  if (need === undefined || need === 'check') return { 403: responseRef('ForeignHost'), ...common }
  return { 401: responseRef('Unauthorized'), 403: responseRef('Forbidden'), ...common }
}

function describe({ description, need }: OperationSpec): string {
  const lines = [...(description === undefined ? [] : [description]), permissionOf(need)]
  return lines.join('\n\n')
}

function permissionOf(need: Need | undefined): string {
  if (need === undefined) return 'Open: no credential is needed.'
  const able = roles.filter((role) => mayDo(role, need)).join(', ')
  if (need === 'check') {
    return `Open, unless the server runs with \`--check-auth required\`. A credential that is sent has to permit \`check\` (${able}).`
  }
  return `Needs a credential that permits \`${need}\`: ${able}, or the API key.`
}

function securityOf(spec: OperationSpec): Operation['security'] {
  const { need, isMoreForKnown = false, isChanging = false } = spec
  if (need === undefined) return isMoreForKnown ? [{}, { bearer: [] }, { session: [] }] : [{}]
  const session = isChanging || need === 'check' ? { session: [], csrf: [] } : { session: [] }
  const known = [{ bearer: [] }, session]
  return need === 'check' ? [{}, ...known] : known
}

/** A body of JSON text. */
export function jsonBody(
  schema: string,
  options: {
    readonly description?: string
    readonly isOptional?: boolean
    readonly examples?: MediaType['examples']
  } = {}
): RequestBody {
  const { description, isOptional = false, examples } = options
  return {
    ...(description === undefined ? {} : { description }),
    required: !isOptional,
    content: { 'application/json': { schema: schemaRef(schema), ...(examples && { examples }) } }
  }
}

/** What a form of a page sends. */
export function formBody(
  properties: Readonly<Record<string, object>>,
  required: readonly string[]
): RequestBody {
  return {
    required: true,
    content: {
      'application/x-www-form-urlencoded': { schema: { type: 'object', properties, required } }
    }
  }
}
