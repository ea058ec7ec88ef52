import {
  type Method,
  methods,
  type OpenApiDocument,
  type Operation,
  type Reference
} from './document.ts'

/** An operation with where it stands in the document. */
export interface Described {
  readonly path: string
  readonly method: Method
  readonly operation: Operation
}

/** All operations of a document. */
export function operationsOf({ paths }: OpenApiDocument): readonly Described[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method]
      return operation ? [{ path, method, operation }] : []
    })
  )
}

/** What a reference leads to; what is none is itself. Throws if it leads nowhere. */
export function resolve<T extends object>(document: OpenApiDocument, value: T | Reference): T {
  if (!('$ref' in value)) return value
  const steps = String(value.$ref).replace(/^#\//, '').split('/')
  let at: unknown = document
  for (const step of steps) at = (at as Record<string, unknown> | undefined)?.[step]
  if (typeof at !== 'object' || at === null) throw new Error(`${value.$ref} leads nowhere`)
  return at as T
}
