import type { FurtherAction } from '@agentguard/protocol'
import { lineOf, wordsCommand } from './command-lines.ts'
import { hostOf } from './host-of.ts'
import type { JsonObject } from './json.ts'
import { bareName } from './tool-kind.ts'
import { projectedVerb } from './verbs.ts'

/** Who asks: the MCP gateway or the LLM proxy. Their projections differ. */
export type ToolCallSource = 'mcp' | 'llm'

/** A tool call in the scope that it acts in, before anything else is found in it. */
export interface ScopedCall {
  /** As it was called, with the server's name if it has one. */
  readonly name: string
  readonly scope: string
  readonly members: JsonObject
}

/**
 * The one action that version 1.0 sends for a tool call in a scope, from the first argument that it knows.
 * Policies are written for it and logs are read by it, so that it stays; it is not all that the call does.
 */
export function project(source: ToolCallSource, call: ScopedCall): FurtherAction {
  const action = source === 'llm' ? projectLlm(call) : projectMcp(call)
  const present = Object.entries(action).filter(([, value]) => value !== undefined && value !== '')
  return { scope: call.scope, ...Object.fromEntries(present) }
}

/** Whether the projection of a call has nothing in it but the name of the tool. */
export function isBare(
  { scope, command, path, domain, url }: FurtherAction,
  name: string
): boolean {
  if (scope === 'filesystem') return path === undefined
  if (scope === 'network' || scope === 'browser') return domain === undefined && url === undefined
  return scope === 'shell' && command === name
}

type Projection = {
  readonly [K in 'action' | 'command' | 'path' | 'domain' | 'url']?: string | undefined
}

const llmPaths =
  'path file_path filepath target target_path filename file destination src dst'.split(' ')
const mcpPaths = 'path file_path filepath target_path destination src dst'.split(' ')
const hosts = ['domain', 'host', 'hostname']
const values = ['value', 'content', 'text', 'data']

function projectLlm({ name, scope, members }: ScopedCall): Projection {
  switch (scope) {
    case 'shell':
      return { command: commandOf(name, members, ['command', 'cmd', 'script', 'code']) }
    case 'filesystem': {
      const path = first(members, llmPaths)
      const action =
        projectedVerb(name) ?? (name === bareName(name) ? undefined : projectedVerb(bareName(name)))
      return { action, command: spaced(name, path), path }
    }
    case 'network':
    case 'browser': {
      const url = first(members, ['url', 'uri', 'endpoint', 'target_url'])
      const domain = url === undefined ? first(members, hosts) : hostOf(url)
      return {
        action: scope === 'browser' ? name : undefined,
        command: spaced(name, url),
        domain,
        url
      }
    }
    case 'data':
      return { command: first(members, values) ?? name }
    default:
      return { command: name }
  }
}

function projectMcp({ name, scope, members }: ScopedCall): Projection {
  const url = first(members, ['url'])
  const host = url === undefined ? undefined : hostOf(url)
  switch (scope) {
    case 'shell':
      return { command: commandOf(name, members, ['command', 'cmd', 'script']) }
    case 'filesystem':
      return {
        action: projectedVerb(bareName(name)),
        command: name,
        path: first(members, mcpPaths)
      }
    case 'network':
      return { command: name, url, domain: first(members, hosts) ?? host }
    case 'browser':
      return { action: bareName(name), command: name, url, domain: first(members, hosts) ?? host }
    case 'data':
      return { action: 'form_input', command: first(members, values) ?? name, url, domain: host }
    default:
      return { command: name }
  }
}

/** The command of a shell tool. A list of words, which version 1.0 did not see, is the line that they make. */
function commandOf(name: string, members: JsonObject, names: readonly string[]): string {
  const text = first(members, names)
  if (text !== undefined) return text
  for (const one of names) {
    const line = lineOf(members[one] ?? null)
    if (line !== undefined) return line
  }
  return wordsCommand(name, members['args']) ?? name
}

function first(members: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = members[name]
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}

function spaced(name: string, operand: string | undefined): string {
  return operand === undefined ? name : `${name} ${operand}`
}
