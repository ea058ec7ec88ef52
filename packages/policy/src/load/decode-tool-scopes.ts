import { goQuote } from '@agentguard/protocol/printable'
import type { ToolScope } from '../document.ts'
import { trimSpace } from '../trim-space.ts'
import type { Decoder } from './decoder.ts'
import { policyKeys } from './keys.ts'
import type { Item } from './open-node.ts'

/** The scopes that a tool may be mapped to. */
export const mappableScopes: readonly string[] = [
  'shell',
  'filesystem',
  'network',
  'browser',
  'data',
  'cost',
  'mcp_tool'
]

/** Decodes `tool_scope_map`. */
export function decodeToolScopes(decoder: Decoder, list: Item | undefined): ToolScope[] {
  return decoder.list(list).map((item) => {
    const fields = decoder.fields(item, policyKeys.toolScope)
    const patternItem = fields.get('pattern')
    const scopeItem = fields.get('scope')
    const pattern = decoder.text(patternItem)
    const scope = decoder.text(scopeItem)
    if (trimSpace(pattern) === '') {
      refuse(decoder, patternItem ?? item, `${item.path}.pattern`, 'must not be empty')
    }
    const fault = scopeFault(scope, pattern)
    if (fault) refuse(decoder, scopeItem ?? item, `${item.path}.scope`, fault)
    return { pattern, scope }
  })
}

function scopeFault(scope: string, pattern: string): string | undefined {
  if (mappableScopes.includes(scope)) return undefined
  if (trimSpace(scope) === '') return `must not be empty (pattern=${goQuote(pattern)})`
  const allowed = mappableScopes.join(', ')
  return `${goQuote(scope)} is not a known scope (allowed: ${allowed}); pattern=${goQuote(pattern)}`
}

function refuse({ issues }: Decoder, { offset }: Item, path: string, fault: string): void {
  const message = `${path}: ${fault}`
  issues.add({ code: 'invalid_tool_scope', path, offset, message, stage: 'tool_scope_map' })
}
