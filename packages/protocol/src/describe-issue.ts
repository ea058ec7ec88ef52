import type { BaseIssue } from 'valibot'
import type { ActionRequestError } from './action-request-error.ts'
import { memberPath } from './member-path.ts'

const expectations: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  finite: 'a finite number',
  boolean: 'true or false',
  Array: 'an array',
  Object: 'an object',
  never: 'nothing',
  '("certain" | "possible")': 'certain or possible'
}

/** Says which member has the wrong type. Valibot's own message repeats the value, which may be a secret. */
export function describeIssue(issue: BaseIssue<unknown>): ActionRequestError {
  const path = memberPath(issue.path?.map((step) => step.key as PropertyKey) ?? [])
  const expected = expectations[issue.expected ?? ''] ?? 'another value'
  const message = `expected ${expected}, received ${describeType(issue.input)}`
  if (path === '') return { code: 'wrong_type', message }
  return { code: 'wrong_type', message: `${path}: ${message}`, path }
}

function describeType(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
