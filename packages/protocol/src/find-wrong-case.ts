import type { ActionRequestError } from './action-request-error.ts'
import { memberPath } from './member-path.ts'
import { quoteName } from './quote-name.ts'

/**
 * Finds a member whose name is a known one in another case, which some parsers take for the known one.
 *
 * `Scope` and `SCOPE` are such names, and so is `ſcope`: the long s and the Kelvin sign fold to ASCII.
 */
export function findWrongCase(
  object: object,
  known: ReadonlySet<string>,
  path: readonly PropertyKey[] = []
): ActionRequestError | undefined {
  for (const name in object) {
    if (known.has(name)) continue
    const right = foldCase(name)
    if (!known.has(right)) continue
    const at = memberPath([...path, right])
    return {
      code: 'wrong_case',
      message: `${at}: expected this spelling, received ${quoteName(name)}`,
      path: at
    }
  }
  return undefined
}

function foldCase(name: string): string {
  return name.toLowerCase().replaceAll('ſ', 's')
}
