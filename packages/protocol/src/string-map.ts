import * as v from 'valibot'
import { isJsonObject } from './is-json-object.ts'

/**
 * The schema of a map from strings to strings. `null` as a value means the empty string.
 *
 * The output has no prototype, so every key is data: `__proto__` and `constructor` too.
 */
export const stringMapSchema: v.GenericSchema<unknown, Record<string, string>> = v.pipe(
  v.unknown(),
  v.rawTransform(({ dataset: { value: input }, addIssue, NEVER }) => {
    if (!isJsonObject(input)) {
      addIssue({ input, expected: 'Object' })
      return NEVER
    }
    const map: Record<string, string> = Object.create(null)
    for (const [key, value] of Object.entries(input)) {
      if (value !== null && typeof value !== 'string') {
        const path = [{ type: 'object', origin: 'value', input, key, value }] as const
        addIssue({ input: value, expected: 'string', path: [...path] })
        return NEVER
      }
      map[key] = value ?? ''
    }
    return map
  })
)
