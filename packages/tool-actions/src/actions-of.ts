import type { Derivation, FurtherAction } from '@agentguard/protocol'
import type { Finding, Findings } from './findings.ts'
import { hostOf } from './host-of.ts'
import type { ToolCallSource } from './project.ts'
import { bareName, type ToolKind } from './tool-kind.ts'
import { type FileVerbs, fileVerbs, verbsFor } from './verbs.ts'
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
export function actionsOf(findings: Findings, tool: FindingTool): FurtherAction[] {
  const verbs = verbsOf(findings, tool)
  const methods = methodsOf(findings, tool)
  return findings.found.flatMap((finding) => {
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
  return (finding.verbs ?? verbsFor(verbs, role)).map((action) =>
    own(finding, tool, 'filesystem', { action, command: named(tool, text), path: text })
  )
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
  { isSure }: Finding,
  tool: FindingTool,
  scope: string,
  members: Omit<FurtherAction, 'scope' | 'derived'>
): FurtherAction {
  if (tool.scope === scope) return { scope, ...members }
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

function verbsOf(findings: Findings, { name, kind }: FindingTool): FileVerbs {
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
