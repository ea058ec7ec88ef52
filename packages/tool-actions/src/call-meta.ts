import { canonicalJson } from '@agentguard/protocol'
import type { Json } from './json.ts'
import { maxMetaArguments } from './limits.ts'
import type { ToolCallSource } from './project.ts'
import type { Arguments } from './read-arguments.ts'

/** How long the name of an argument may be to become a name in `meta`. */
const maxNameLength = 1000

/**
 * What the log shows of a tool call, and what an approval of it is bound to: the tool, and each argument as
 * `arg_<name>`. Where these do not say all, `arguments` holds the whole text. Nothing is redacted or cut:
 * that is for the log, after the verdict.
 */
export function callMeta(
  source: ToolCallSource,
  tool: string,
  args: Arguments,
  mappedScope: string | undefined
): Record<string, string> {
  const meta: Record<string, string> = Object.create(null)
  const isListed = args.isUsual && fits(args.members)
  for (const [name, value] of isListed ? Object.entries(args.members) : []) {
    if (source === 'mcp' || value !== null) meta[`arg_${name}`] = formatArgument(value)
  }
  if (!isListed || args.text !== undefined) {
    meta['arguments'] = args.text ?? canonicalJson(args.members)
  }
  Object.assign(meta, source === 'mcp' ? mcpNames(tool) : { tool_name: tool })
  if (mappedScope !== undefined) meta['mapped_scope'] = mappedScope
  meta['transport'] = source === 'mcp' ? 'mcp_gateway' : 'llm_api_proxy'
  return meta
}

function mcpNames(tool: string): Record<string, string> {
  const colon = tool.indexOf(':')
  return colon === -1
    ? { tool_name: tool }
    : { namespace: tool.slice(0, colon), tool_name: tool.slice(colon + 1) }
}

function fits(members: Arguments['members']): boolean {
  const names = Object.keys(members)
  return names.length <= maxMetaArguments && names.every((name) => name.length <= maxNameLength)
}

/** An argument as version 1.0 writes it: texts as they are, all else as JSON that is safe in HTML. */
function formatArgument(value: Json): string {
  if (typeof value === 'string') return value
  return canonicalJson(value).replace(
    /[<>&\u2028\u2029]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  )
}
