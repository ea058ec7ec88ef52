import type { ActionRequest, ToolCallInput } from '../../tool-gate/index.ts'
import { claudeToolName } from './claude-tool-call.ts'

const scopes: Readonly<Record<string, string>> = {
  Agent: 'agent',
  Bash: 'shell',
  Edit: 'filesystem',
  Glob: 'filesystem',
  Grep: 'filesystem',
  LS: 'filesystem',
  MultiEdit: 'filesystem',
  NotebookEdit: 'filesystem',
  NotebookRead: 'filesystem',
  PowerShell: 'shell',
  Read: 'filesystem',
  Task: 'agent',
  WebFetch: 'network',
  WebSearch: 'network',
  Write: 'filesystem'
}

/** The scope in which a tool of Claude Code acts. All that is not here is `mcp_tool`, under its own name. */
export function claudeToolScope(tool: string): string | undefined {
  return Object.hasOwn(scopes, tool) ? scopes[tool] : undefined
}

/** What an action of Claude's own tools means that their arguments alone do not say. */
export function claudeAction(action: ActionRequest, call: ToolCallInput): ActionRequest {
  const written = call.meta?.['claude_tool']
  if (written !== undefined) return underAllNames(action, written)
  if (call.name === 'PowerShell') return inAnotherShell(action)
  if (claudeToolScope(call.name) === 'agent') return ofAgent(action, call)
  return claudeToolScope(call.name) === 'filesystem' ? inDirectory(action, call) : action
}

/** What may be one of several tools is allowed only if each of them is. */
function underAllNames(action: ActionRequest, written: string): ActionRequest {
  const further = claudeToolName(written).others.map((command) => ({ scope: 'mcp_tool', command }))
  return { ...action, actions: [...(action.actions ?? []), ...further] }
}

/** Servers read commands as Bash does. */
function inAnotherShell(action: ActionRequest): ActionRequest {
  const doubts = [action.unknown_effect, 'the command is for PowerShell'].filter(Boolean)
  return { ...action, unknown_effect: doubts.join('; ') }
}

function ofAgent(action: ActionRequest, call: ToolCallInput): ActionRequest {
  const { subagent_type: type } = membersOf(call)
  return typeof type === 'string' ? { ...action, command: `${call.name} ${type}` } : action
}

/** The tools that only search, and do so in the working directory if they are told no other. */
const searches = new Set(['Glob', 'Grep', 'LS'])

/** Paths that are relative start in the working directory. They are judged as they are written, too. */
function inDirectory(action: ActionRequest, call: ToolCallInput): ActionRequest {
  const { path: searched, pattern } = membersOf(call)
  const cwd = call.meta?.['cwd']
  const isSearch = searches.has(call.name)
  const path = action.path ?? (isSearch && searched === undefined ? cwd : undefined)
  const verb = isSearch ? 'read' : action.action
  const further = [...(action.actions ?? [])]
  const add = (one: string): void =>
    void further.push({ scope: 'filesystem', ...(verb && { action: verb }), path: one })
  if (path && cwd && isRelative(path)) add(`${cwd}/${path}`)
  // `..` in a pattern leads out of the directory that is searched.
  if (path && typeof pattern === 'string' && call.name === 'Glob' && pattern.includes('..')) {
    add(`${path}/${pattern}`)
  }
  return {
    ...action,
    ...(verb && { action: verb }),
    ...(path && { path }),
    ...(further.length > 0 && { actions: further })
  }
}

function isRelative(path: string): boolean {
  return !/^(?:[/\\~]|[a-z]:)/i.test(path)
}

function membersOf({ arguments: given }: ToolCallInput): Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null ? { ...given } : {}
}
