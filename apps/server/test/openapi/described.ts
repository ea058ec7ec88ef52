import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type {
  Header,
  MediaType,
  OpenApiDocument,
  Operation,
  Parameter,
  Reference,
  Response
} from '../../src/openapi/document.ts'
import { resolve } from '../../src/openapi/operations.ts'
import type { Received } from './send.ts'

/** Headers of the transport and of CORS: the same for all answers. */
const unlisted = new Set([
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
  'connection',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'transfer-encoding'
])

/** Says what is wrong with an answer. */
export type FindProblems = (answer: Received, response: Response | Reference) => readonly string[]

/** Creates what compares answers with a document: nothing may be missing, and nothing may be there unsaid. */
export function createFindProblems(document: OpenApiDocument): FindProblems {
  const ajv = new Ajv2020({ strictTypes: false, strictRequired: false, allowUnionTypes: true })
  ajv.addVocabulary(['components', 'example'])
  const strict = closed(document)
  const compiled = new Map<unknown, ValidateFunction>()

  function validate(schema: object, value: unknown): readonly string[] {
    let check = compiled.get(schema)
    if (!check) {
      check = ajv.compile({ ...closed(schema), components: { schemas: strict.components.schemas } })
      compiled.set(schema, check)
    }
    if (check(value)) return []
    return (check.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`
    )
  }

  function headerProblems(
    { headers }: Received,
    listed: NonNullable<Response['headers']>
  ): string[] {
    const known = new Map(
      Object.entries(listed).map(([name, header]) => [name.toLowerCase(), header])
    )
    const problems = [...known].flatMap(([name, header]) => {
      const { required = false, schema } = resolve<Header>(document, header)
      const value = headers.get(name)
      if (value === undefined) return required ? [`${name} is missing`] : []
      return validate(schema, value).map((problem) => `${name}: ${problem}`)
    })
    const unsaid = [...headers.keys()].filter((name) => !known.has(name) && !unlisted.has(name))
    return [...problems, ...unsaid.map((name) => `${name} is not in the document`)]
  }

  function bodyProblems(
    { headers, body }: Received,
    content: Response['content']
  ): readonly string[] {
    const type = headers.get('content-type')
    if (content === undefined) {
      return [
        ...(body === '' ? [] : [`a body that is not in the document: ${body}`]),
        ...(type === undefined ? [] : [`a type without a body: ${type}`])
      ]
    }
    const media: MediaType | undefined = content[type ?? '']
    if (!media) return [`the type ${type} is not in the document`]
    const value = type === 'application/json' ? JSON.parse(body) : body
    return validate(media.schema, value).map((problem) => `body: ${problem}: ${body}`)
  }

  return (answer, response) => {
    const { headers = {}, content } = resolve<Response>(document, response)
    return [...headerProblems(answer, headers), ...bodyProblems(answer, content)]
  }
}

/** A copy in which objects have the members that are listed, and no others. */
export function closed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(closed) as T
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, closed(one)]))
  const isObject = copy['type'] === 'object' || String(copy['type']) === 'object,null'
  const isOpen = isObject && 'properties' in copy && !('additionalProperties' in copy)
  return (isOpen ? { ...copy, additionalProperties: false } : copy) as T
}

/** A path with its parameters filled in. */
export function fill(path: string, values: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))
}

/** The parameters of an operation. */
export function parametersOf(
  document: OpenApiDocument,
  { parameters = [] }: Operation
): Parameter[] {
  return parameters.map((parameter) => resolve<Parameter>(document, parameter))
}
