import * as v from 'valibot'

/** What a verdict says about an action, from the mildest to the strictest. */
export type Decision = 'ALLOW' | 'REQUIRE_APPROVAL' | 'DENY'

/** The schema of a {@link Decision}. Any other word is refused: a verdict that cannot be read allows nothing. */
export const decisionSchema: v.GenericSchema<Decision> = v.picklist([
  'ALLOW',
  'REQUIRE_APPROVAL',
  'DENY'
])

const rank: Readonly<Record<Decision, number>> = { ALLOW: 0, REQUIRE_APPROVAL: 1, DENY: 2 }

/** The stricter of two decisions: DENY over REQUIRE_APPROVAL over ALLOW. */
export function strictest(a: Decision, b: Decision): Decision {
  return rank[a] >= rank[b] ? a : b
}
