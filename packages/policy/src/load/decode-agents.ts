import type { AgentOverride, RuleSet } from '../document.ts'
import { decodeChoice } from './decode-choice.ts'
import { decodeRuleSet } from './decode-rule-set.ts'
import type { Decoder, Fields } from './decoder.ts'
import type { Locate } from './issue-list.ts'
import { policyKeys } from './keys.ts'
import type { Item } from './open-node.ts'
import { showText } from './show-text.ts'

/** Decodes `agents`: ids are data, whatever they are called. */
export function decodeAgents(
  decoder: Decoder,
  item: Item | undefined,
  locate: Locate
): ReadonlyMap<string, AgentOverride> {
  const agents = new Map<string, AgentOverride>()
  for (const [id, agent] of decoder.entries(item)) {
    const fields = decoder.fields(agent, policyKeys.agent)
    const extended = decoder.text(fields.get('extends'))
    agents.set(id, {
      override: decodeOverride(decoder, fields.get('override'), id, locate),
      override_mode: decodeMode(decoder, fields),
      ...(extended !== '' && { extends: extended }),
      line: locate((agent ?? item)?.offset ?? 0).line
    })
  }
  return agents
}

const modeChoice = { choices: ['merge', 'replace'], code: 'invalid_override_mode' } as const

function decodeMode(decoder: Decoder, fields: Fields): 'merge' | 'replace' {
  const item = fields.get('override_mode')
  if (!item || decoder.text(item) === '') return 'merge'
  return decodeChoice(decoder, item, modeChoice) ?? 'merge'
}

function decodeOverride(
  decoder: Decoder,
  list: Item | undefined,
  id: string,
  locate: Locate
): RuleSet[] {
  const owner = `agents.${id}.override`
  const scopes = new Set<string>()
  return decoder.list(list).map((item) => {
    const ruleSet = decodeRuleSet(decoder, item, { owner, locate })
    if (scopes.has(ruleSet.scope)) addDuplicate(decoder, item, ruleSet.scope)
    scopes.add(ruleSet.scope)
    return ruleSet
  })
}

function addDuplicate({ issues }: Decoder, { path, offset }: Item, scope: string): void {
  const message = `${path}: scope ${showText(scope)} is there twice, write its rules into one rule set`
  issues.add({ code: 'duplicate_override_scope', path, offset, message })
}
