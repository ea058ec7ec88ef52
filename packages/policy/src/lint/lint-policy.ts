import type { PolicyDocument } from '../document.ts'
import type { PolicyIssue } from '../issue.ts'
import { lintRule } from './lint-rule.ts'
import { placesIn, rulePlaces } from './rule-place.ts'
import { lintShadowed } from './shadowed.ts'

/** What loads but is probably not what its author means. */
export function lintPolicy(document: PolicyDocument): PolicyIssue[] {
  return [
    ...rulePlaces(document).flatMap(lintRule),
    ...lintShadowed(placesIn(document.rules, 'rules'))
  ]
}
