/** A schema of the protocol. */
interface Schema<T> {
  readonly '~standard': {
    validate(
      value: unknown
    ):
      | { readonly value: T; readonly issues?: undefined }
      | { readonly issues: readonly unknown[] }
      | Promise<unknown>
  }
}

/** What a schema makes of a value. Throws a `TypeError` for what it refuses, without any of its content. */
export function validated<T>(schema: Schema<T>, value: unknown): T {
  const result = schema['~standard'].validate(value)
  if (result instanceof Promise || result.issues) throw new TypeError('it is not what it should be')
  return result.value
}
