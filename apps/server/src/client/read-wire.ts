/** What can say whether a value is of a type: a schema of any library (Standard Schema). */
interface WireSchema<T> {
  readonly '~standard': {
    readonly validate: (value: unknown) => ValidationResult<T> | Promise<ValidationResult<T>>
  }
}

type ValidationResult<T> =
  | { readonly value: T; readonly issues?: undefined }
  | { readonly issues: readonly unknown[] }

/** A value that came over the wire, if it is what it should be. */
export function readWire<T>(schema: WireSchema<T>, value: unknown): T | undefined {
  const result = schema['~standard'].validate(value)
  if (result instanceof Promise || result.issues !== undefined) return undefined
  return result.value
}
