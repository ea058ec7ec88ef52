/** A JSON Schema of draft 2020-12, as OpenAPI 3.1 takes it. */
export type Schema = Readonly<Record<string, unknown>>

export interface Reference {
  readonly $ref: string
}

/** A header of an answer. `required` is: it is always there. */
export interface Header {
  readonly description: string
  readonly required?: boolean
  readonly schema: Schema
  readonly example?: string
}

export interface MediaType {
  readonly schema: Schema | Reference
  readonly examples?: Readonly<
    Record<string, { readonly summary?: string; readonly value: unknown }>
  >
}

export interface Response {
  readonly description: string
  readonly headers?: Readonly<Record<string, Header | Reference>>
  readonly content?: Readonly<Record<string, MediaType>>
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly description: string
  readonly schema: Schema
  readonly example?: unknown
}

export interface RequestBody {
  readonly description?: string
  readonly required?: boolean
  readonly content: Readonly<Record<string, MediaType>>
}

export interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly (Parameter | Reference)[]
  readonly requestBody?: RequestBody
  readonly responses: Readonly<Record<string, Response | Reference>>
  /** What a credential has to permit, as in docs/access.md. */
  readonly 'x-agentguard-permission': string
}

/** What is answered to methods that a path does not list. */
export interface OtherMethods {
  readonly description: string
  /** The status. Absent where every method is answered like the one that is listed. */
  readonly status?: number
  /** What the header `Allow` says, where there is one. */
  readonly allow?: string
}

export const methods = ['get', 'post'] as const
export type Method = (typeof methods)[number]

export type PathItem = { readonly [M in Method]?: Operation } & {
  readonly 'x-agentguard-other-methods': OtherMethods
}

export type Paths = Readonly<Record<string, PathItem>>

/** An OpenAPI 3.1 document, as far as ours goes. */
export interface OpenApiDocument {
  readonly openapi: string
  readonly info: Readonly<Record<string, unknown>>
  readonly servers: readonly { readonly url: string; readonly description: string }[]
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Paths
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>
    readonly responses: Readonly<Record<string, Response>>
    readonly parameters: Readonly<Record<string, Parameter>>
    readonly headers: Readonly<Record<string, Header>>
    readonly securitySchemes: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  }
  readonly externalDocs?: { readonly url: string; readonly description: string }
  /** Paths that lead elsewhere, and where. */
  readonly 'x-agentguard-redirects': Readonly<Record<string, string>>
  /** What any request can be answered with, whatever it asks for. */
  readonly 'x-agentguard-any-request': Readonly<Record<string, Reference>>
}
