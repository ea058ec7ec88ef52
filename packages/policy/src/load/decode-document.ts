import type { Node } from 'yaml'
import type { PolicyDocument } from '../document.ts'
import { decodeAgents } from './decode-agents.ts'
import { decodeApprovals } from './decode-approvals.ts'
import { decodeNotifications } from './decode-notifications.ts'
import { decodeProxy } from './decode-proxy.ts'
import { decodeRuleSet } from './decode-rule-set.ts'
import { decodeToolScopes } from './decode-tool-scopes.ts'
import type { Decoder, Fields } from './decoder.ts'
import type { Locate, Stage } from './issue-list.ts'
import { policyKeys } from './keys.ts'

/** A document that may have issues, and where its `version` stands. */
export interface DecodedDocument {
  readonly document: PolicyDocument
  readonly versionOffset: number
}

/** Decodes the whole document, in the order in which AgentGuard 1.0 checks its parts. */
export function decodeDocument(
  decoder: Decoder,
  root: Node | null,
  locate: Locate
): DecodedDocument {
  const item = decoder.root(root)
  const fields = decoder.topFields(item, policyKeys.policy)
  const required = (key: 'version' | 'name') =>
    decodeRequired(decoder, fields, key, item?.offset ?? 0)
  const owner = 'rules'
  return {
    versionOffset: fields.get('version')?.offset ?? 0,
    document: {
      version: required('version'),
      name: required('name'),
      description: decoder.text(fields.get('description')),
      rules: decoder
        .list(fields.get('rules'))
        .map((ruleSet) => decodeRuleSet(decoder, ruleSet, { owner, locate })),
      agents: decodeAgents(decoder, fields.get('agents'), locate),
      tool_scope_map: decodeToolScopes(decoder, fields.get('tool_scope_map')),
      proxy: decodeProxy(decoder, fields.get('proxy')),
      notifications: decodeNotifications(decoder, fields.get('notifications')),
      approvals: decodeApprovals(decoder, fields.get('approvals'))
    }
  }
}

function decodeRequired(
  decoder: Decoder,
  fields: Fields,
  key: 'version' | 'name',
  offset: number
): string {
  const item = fields.get(key)
  const text = item ? decoder.scalar(item) : ''
  if (text !== '') return text ?? ''
  const message = `policy missing required '${key}' field`
  const stage: Stage = key
  const at = item?.offset ?? offset
  decoder.issues.add({ code: `missing_${key}`, path: key, offset: at, message, stage })
  return ''
}
