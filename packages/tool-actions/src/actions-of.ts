import type { Derivation, FurtherAction } from '@agentguard/protocol'
import type { Finding, Findings } from './findings.ts'
import { hostOf } from './host-of.ts'
import type { ToolCallSource } from './project.ts'
import { bareName, isEditor, type ToolKind } from './tool-kind.ts'
import { type FileVerbs, fileVerbs, isUnknown, verbsFor } from './verbs.ts'
import { wordsOf } from './words.ts'

/** Whose findings they are. */
export interface FindingTool {
  readonly name: string
  /** The scope in which the tool acts, if it is known. */
  readonly scope: string | undefined
  readonly kind: ToolKind
  readonly source: ToolCallSource
}

/**
 * The actions that findings amount to. In the scope of the tool they are what was asked for; in all others
 * they are derived.
 */
export function actionsOf(
  findings: Findings,
  tool: FindingTool,
  found: readonly Finding[] = findings.found
): FurtherAction[] {
  const verbs = verbsOf(findings, tool)
  const methods = methodsOf(findings, tool)
  return found.flatMap((finding) => {
    switch (finding.kind) {
      case 'path':
        return pathActions(finding, tool, verbs)
      case 'url':
      case 'host':
        return methods.map((method) => webAction(finding, tool, method))
      case 'command':
        return [own(finding, tool, 'shell', { command: finding.text })]
      case 'text':
        return [textAction(finding, tool)]
      default:
        return []
    }
  })
}

function pathActions(finding: Finding, tool: FindingTool, verbs: FileVerbs): FurtherAction[] {
  const { text, role } = finding
  const command = named(tool, text)
  const actions = (finding.verbs ?? verbsFor(verbs, role)).map((action) =>
    own(finding, tool, 'filesystem', { action, command, path: text })
  )
  // What a tool of files does that does not say what it does: whoever allows it has to name the tool.
  const isNameless = tool.scope === 'filesystem' && !finding.verbs && isUnknown(verbs)
  return isNameless ? [...actions, { scope: 'filesystem', command, path: text }] : actions
}

function webAction(finding: Finding, tool: FindingTool, method: string): FurtherAction {
  const { kind, text } = finding
  const scope = tool.scope === 'browser' ? 'browser' : 'network'
  const action = scope === 'browser' ? projectedName(tool) : method
  if (kind === 'host') {
    return own(finding, tool, scope, { action, command: named(tool), domain: text })
  }
  const domain = hostOf(text)
  return own(finding, tool, scope, {
    action,
    command: named(tool, text),
    ...(domain !== undefined && { domain }),
    url: text
  })
}

function textAction(finding: Finding, tool: FindingTool): FurtherAction {
  const action = tool.source === 'mcp' ? { action: 'form_input' } : {}
  return own(finding, tool, 'data', { ...action, command: finding.text })
}

function own(
  { kind, isSure }: Finding,
  tool: FindingTool,
  scope: string,
  members: Omit<FurtherAction, 'scope' | 'derived'>
): FurtherAction {
  // In its own scope a tool does what its arguments say, but for what it may only pass on.
  if (tool.scope === scope && (isSure || kind === 'path')) return { scope, ...members }
  const derived: Derivation = isSure ? 'certain' : 'possible'
  return { scope, ...members, derived }
}

/** `command` as the projection has it, so that rules by the name of a tool hold for all that it does. */
function named({ name, source }: FindingTool, operand?: string): string {
  return source === 'llm' && operand !== undefined ? `${name} ${operand}` : name
}

function projectedName({ name, source }: FindingTool): string {
  return source === 'mcp' ? bareName(name) : name
}

/** In tools for the web, `get` and `fetch` say nothing about files. */
const webWords = new Set('upload download save export screenshot record attach'.split(' '))

/** What a tool does to files, by its name and by what its arguments say that it is to do. */
function verbsOf(
  findings: Findings,
  { name, kind }: Pick<FindingTool, 'name' | 'kind'>
): FileVerbs {
  if (isEditor(name) && findings.operations.size > 0) return fileVerbs(findings.operations)
  const words = [...wordsOf(bareName(name)), ...findings.operations]
  const isWeb = kind === 'network' || kind === 'browser'
  return fileVerbs(isWeb ? words.filter((word) => webWords.has(word)) : words)
}

const methodWords = new Map(
  'get post put patch head delete options'.split(' ').map((word) => [word, word.toUpperCase()])
)

/** The methods that the arguments name, else those that the tool's name does, else `connect`. */
function methodsOf({ methods }: Findings, { name, kind }: FindingTool): readonly string[] {
  if (methods.size > 0) return [...methods]
  if (kind !== 'network') return ['connect']
  const named = wordsOf(bareName(name)).flatMap((word) => methodWords.get(word) ?? [])
  return named.length > 0 ? named : ['connect']
}
