/** A JSON value without surprises: plain, bounded, and nothing that changes while it is read. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

/** A JSON object without a prototype, so that every name is data. */
export interface JsonObject {
  readonly [name: string]: Json
}

/** Whether a value is an object with named members. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a value is a list. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}
