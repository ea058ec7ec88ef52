import * as v from 'valibot'
import { isJsonObject } from './is-json-object.ts'

type NullFree<T> = { [K in keyof T]: Exclude<T[K], null | undefined> }

/**
 * An object that is tolerant of unknown members, which it drops, and takes `null` for absent.
 * Arrays are refused.
 */
export function nullFreeObject<const E extends v.ObjectEntries>(
  entries: E
): v.GenericSchema<unknown, NullFree<v.InferOutput<v.ObjectSchema<E, undefined>>>> {
  return v.pipe(
    v.unknown(),
    // `v.object` would take an array for an object without members.
    v.rawCheck(({ dataset: { value: input }, addIssue }) => {
      if (!isJsonObject(input)) addIssue({ input, expected: 'Object' })
    }),
    v.object(entries),
    v.transform(withoutNulls<v.InferOutput<v.ObjectSchema<E, undefined>>>)
  )
}

function withoutNulls<T extends object>(object: T): NullFree<T> {
  for (const key in object) if (object[key] == null) delete object[key]
  return object as NullFree<T>
}
