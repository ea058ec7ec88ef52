import type { JsonErrorCode } from './json-error.ts'

/** Where and why a JSON text was refused. It is thrown inside `parseJson` and never leaves it. */
export class JsonStop {
  readonly code: JsonErrorCode
  readonly what: string
  readonly at: number

  constructor(code: JsonErrorCode, what: string, at: number) {
    this.code = code
    this.what = what
    this.at = at
  }
}
