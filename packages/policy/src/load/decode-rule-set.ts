import type { Rule, RuleKind, RuleSet } from '../document.ts'
import { decodeChoice } from './decode-choice.ts'
import { decodeLimits } from './decode-limits.ts'
import { decodeRateLimit } from './decode-rate-limit.ts'
import { decodeRule } from './decode-rule.ts'
import type { Decoder, Fields } from './decoder.ts'
import type { Locate } from './issue-list.ts'
import { policyKeys } from './keys.ts'
import type { Item } from './open-node.ts'
import type { RuleSetPlace } from './rule-set-place.ts'

const matchingChoice = { choices: ['effects', 'literal'], code: 'invalid_matching' } as const

/** Decodes a rule set of `rules`, or of an agent's `override`. */
export function decodeRuleSet(
  decoder: Decoder,
  item: Item,
  { owner, locate }: { readonly owner: string; readonly locate: Locate }
): RuleSet {
  const fields = decoder.fields(item, policyKeys.ruleSet)
  const scope = decoder.text(fields.get('scope'))
  const label = `${item.path}(${scope})`
  const set: RuleSetPlace = { owner, label, scope, isOverride: owner !== 'rules' }
  const rate = fields.get('rate_limit')
  const rate_limit = rate && decodeRateLimit(decoder, rate, set)
  const rules = (kind: RuleKind) => decodeRules(decoder, fields, { set, kind, locate })
  const allow = rules('allow')
  const deny = rules('deny')
  const require_approval = rules('require_approval')
  const limit = fields.get('limits')
  const limits = limit && decodeLimits(decoder, limit, set)
  const matching = decodeChoice(decoder, fields.get('matching'), matchingChoice) ?? 'effects'
  return {
    scope,
    allow,
    deny,
    require_approval,
    ...(rate_limit && { rate_limit }),
    ...(limits && { limits }),
    matching,
    line: locate(item.offset).line
  }
}

interface RuleListPlace {
  readonly set: RuleSetPlace
  readonly kind: RuleKind
  readonly locate: Locate
}

function decodeRules(decoder: Decoder, fields: Fields, { set, kind, locate }: RuleListPlace) {
  const rules: Rule[] = []
  for (const item of decoder.list(fields.get(kind))) {
    rules.push(decodeRule(decoder, item, { set, kind, at: locate(item.offset) }))
  }
  return rules
}
