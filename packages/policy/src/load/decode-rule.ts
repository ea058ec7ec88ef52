import { hostClasses, type Rule, type RuleKind } from '../document.ts'
import { lowerCase } from '../lower-case.ts'
import { decodeChoice } from './decode-choice.ts'
import { decodeCondition } from './decode-condition.ts'
import { decodeDuration } from './decode-duration.ts'
import { decodeNames } from './decode-names.ts'
import { decodeRegex } from './decode-regex.ts'
import type { Decoder, Fields } from './decoder.ts'
import type { Position } from './issue-list.ts'
import { policyKeys } from './keys.ts'
import type { Item } from './open-node.ts'
import { checkPath } from './path-checks.ts'
import type { RuleSetPlace } from './rule-set-place.ts'

/** Decodes one rule of a rule set. */
export function decodeRule(
  decoder: Decoder,
  item: Item,
  { set, kind, at }: { readonly set: RuleSetPlace; readonly kind: RuleKind; readonly at: Position }
): Rule {
  const fields = decoder.fields(item, policyKeys.rule)
  const action = decoder.text(fields.get('action'))
  const pattern = decoder.text(fields.get('pattern'))
  const domain = decoder.text(fields.get('domain'))
  const label = `${set.label}.${item.path.slice(item.path.lastIndexOf('.') + 1)}`
  const place = { label, subject: pattern || action || domain }
  return {
    action,
    pattern,
    paths: decoder.list(fields.get('paths')).map((path) => {
      const text = decoder.text(path)
      checkPath(decoder, { text, item: path, set, kind })
      return text
    }),
    domain: lowerCase(domain),
    message: decoder.text(fields.get('message')),
    conditions: decoder
      .list(fields.get('conditions'))
      .map((condition) => decodeCondition(decoder, condition, place)),
    ...decodeAdditions(decoder, fields, set, kind),
    ...at
  }
}

type Additions = Pick<Rule, 'class' | 'regex' | 'match' | 'expires' | 'approvers'>

/** The keys that AgentGuard 1.0 does not have. */
function decodeAdditions(
  decoder: Decoder,
  fields: Fields,
  set: RuleSetPlace,
  kind: RuleKind
): Additions {
  const hostClass = decodeHostClass(decoder, fields.get('class'), set)
  const regex = decodeRuleRegex(decoder, fields.get('regex'))
  const match = decodeChoice(decoder, fields.get('match'), matchChoice)
  const expiry = onlyForApproval(decoder, fields.get('expires'), kind)
  const expires =
    expiry && decodeDuration(decoder, expiry, { label: expiry.path, code: 'invalid_expires' })
  const people = onlyForApproval(decoder, fields.get('approvers'), kind)
  const approvers = decodeNames(decoder, people, 'invalid_approvers')
  return {
    ...(hostClass && { class: hostClass }),
    ...(regex !== undefined && { regex }),
    ...(match && { match }),
    ...(expires && { expires }),
    ...(approvers && { approvers })
  }
}

const matchChoice = { choices: ['any', 'all'], code: 'invalid_match' } as const
const classChoice = { choices: hostClasses, code: 'invalid_class' } as const

/** Scopes whose actions have no host. */
const hostlessScopes = ['shell', 'filesystem', 'cost']

function decodeHostClass(decoder: Decoder, item: Item | undefined, { scope }: RuleSetPlace) {
  if (item && hostlessScopes.includes(scope)) {
    addMisplaced(decoder, item, `\`class\` means nothing in scope \`${scope}\`, which has no hosts`)
  }
  return decodeChoice(decoder, item, classChoice)
}

function decodeRuleRegex(decoder: Decoder, item: Item | undefined): string | undefined {
  const regex = decodeRegex(decoder, item)
  if (!item || regex !== '') return regex
  const { path, offset } = item
  const message = `${path}: must not be empty, an empty regex matches everything`
  decoder.issues.add({ code: 'invalid_regex', path, offset, message })
  return undefined
}

function onlyForApproval(
  decoder: Decoder,
  item: Item | undefined,
  kind: RuleKind
): Item | undefined {
  if (!item || kind === 'require_approval') return item
  const key = item.path.slice(item.path.lastIndexOf('.') + 1)
  addMisplaced(decoder, item, `\`${key}\` means something in \`require_approval\` rules only`)
  return undefined
}

function addMisplaced({ issues }: Decoder, { path, offset }: Item, text: string): void {
  issues.add({ code: 'misplaced_key', path, offset, message: `${path}: ${text}` })
}
