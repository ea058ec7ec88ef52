import type { ActionRequest, FurtherAction } from '@agentguard/protocol'
import { actionsOf } from './actions-of.ts'
import { callMeta } from './call-meta.ts'
import { copyJson } from './copy-json.ts'
import { findArguments } from './find-arguments.ts'
import type { Finding } from './findings.ts'
import type { Json, JsonObject } from './json.ts'
import { maxActions, maxNesting } from './limits.ts'
import { isBare, project, type ToolCallSource } from './project.ts'
import { type Arguments, readArguments } from './read-arguments.ts'
import { toolKind } from './tool-kind.ts'
import { bundledToolScope } from './tool-scope.ts'

/** A call of a tool, as a model or an MCP host makes it. */
export interface ToolCall {
  /** The tool, with the name of its server if it has one: `fs:read_file`. */
  readonly name: string
  /** JSON text, or the value of one. Absent, `null` and an empty text are no arguments. */
  readonly arguments?: unknown
  /** The JSON Schema of the arguments. It is a hint: it adds actions, and takes none away. */
  readonly schema?: unknown
}

/** Where a tool call comes from, and how its policy maps tools. */
export interface ToolCallOptions {
  /** Which enforcement point asks: its fields are those that version 1.0 sends from there. */
  readonly source: ToolCallSource
  /** The scope that the operator gives a tool, `policy.toolScope`. It is asked before the bundled names. */
  readonly toolScope?: (tool: string) => string | undefined
}

/**
 * The one action that a tool call amounts to, with everything that it may do in `actions`, to be judged
 * together. The caller adds who asks, and what it knows of the transport to `meta`.
 *
 * INVARIANT: what cannot be understood is in `unknown_effect`, so that no policy allows it. Nothing is
 * redacted: what is judged is what the tool gets. The same arguments in another order give the same action.
 *
 * Linear in the size of the arguments. Throws a `TypeError` for arguments or a schema that are no JSON, such
 * as an object of a class or a cycle; text and values that were parsed from text never throw.
 */
export function toolCallActions(call: ToolCall, options: ToolCallOptions): ActionRequest {
  const args = readArguments(call.arguments)
  const schema = call.schema === undefined ? null : copyJson(call.schema).value
  const reader = new CallReader(options)
  const asked = reader.read(call.name, args, schema, 0)
  const [top, ...others] = asked as [FurtherAction, ...FurtherAction[]]
  const { actions, doubts } = reader.finish(top, others)
  const mappedScope = options.source === 'llm' ? top.scope : undefined
  return {
    ...top,
    ...(doubts.length > 0 && { unknown_effect: doubts.join('; ') }),
    meta: callMeta(options.source, call.name, args, mappedScope),
    ...(actions.length > 0 && { actions })
  }
}

class CallReader {
  readonly #source: ToolCallSource
  readonly #toolScope: (tool: string) => string | undefined
  /** By what they are, so that nothing is there twice. */
  readonly #further: Map<string, FurtherAction> = new Map()
  readonly #doubts: Set<string> = new Set()

  constructor({ source, toolScope = () => undefined }: ToolCallOptions) {
    this.#source = source
    this.#toolScope = toolScope
  }

  /** The actions that the call itself is, the first being the one that version 1.0 sends first. */
  read(name: string, args: Arguments, schema: Json, depth: number): readonly FurtherAction[] {
    const scope = this.#scopeOf(name)
    const kind = toolKind(name, scope)
    const found = findArguments(args, { name, ...kind, schema })
    for (const doubt of [...args.doubts, ...found.doubts]) this.#doubts.add(doubt)
    if (scope === 'shell' && lacksCommand(args, found.found)) {
      this.#doubts.add('the arguments name no command')
    }
    const tool = { name, scope, kind: kind.kind, source: this.#source }
    for (const action of actionsOf(found, tool)) this.#add(action)
    for (const inner of found.calls) this.#readInner(inner.name, inner.arguments, depth)
    // Only what has a name can stand for the call: anybody can add an argument that the tool ignores.
    const named = found.found.filter(({ isNamed }) => isNamed)
    const own = actionsOf(found, tool, named).filter(({ derived }) => derived === undefined)
    own.sort(byText)
    if (this.#source === 'llm') return [projectedLlm(name, scope ?? 'unmapped', args.members, own)]
    const asked: FurtherAction = { scope: 'mcp_tool', command: name }
    return scope === undefined ? [asked] : [asked, ...projectedMcp(name, scope, args.members, own)]
  }

  #readInner(name: string, args: Json, depth: number): void {
    if (depth >= maxNesting) {
      this.#doubts.add('tools call tools too often')
      return
    }
    for (const action of this.read(name, readArguments(args), null, depth + 1)) this.#add(action)
  }

  /** The scope in which a tool acts: what the operator says, then what its name says to a proxy. */
  #scopeOf(name: string): string | undefined {
    const mapped = name === '' ? undefined : this.#toolScope(name)
    return mapped ?? (this.#source === 'llm' ? bundledToolScope(name) : undefined)
  }

  #add(action: FurtherAction): void {
    const { derived, ...what } = action
    const key = textOf(what)
    const before = this.#further.get(key)
    // What is asked for outranks what is derived, and what is certain outranks what is possible.
    if (!before || rank(before) < rank(action)) this.#further.set(key, action)
  }

  /** All that there is beside the first action, in an order of its own, within the limits of the wire. */
  finish(
    top: FurtherAction,
    others: readonly FurtherAction[]
  ): { readonly actions: readonly FurtherAction[]; readonly doubts: readonly string[] } {
    for (const action of others) this.#add(action)
    const topText = textOf(top)
    const sorted = [...this.#further.values()]
      .filter((action) => textOf(action) !== topText)
      .sort((a, b) => rank(b) - rank(a) || byText(a, b))
    if (sorted.length > maxActions) this.#doubts.add('the call does too many things')
    return { actions: sorted.slice(0, maxActions), doubts: [...this.#doubts].sort() }
  }
}

/**
 * The action that the LLM proxy asks about. Where version 1.0 saw nothing but the tool's name, it is the
 * first thing that the tool does: a list of paths, a command as a list of words.
 */
function projectedLlm(
  name: string,
  scope: string,
  members: JsonObject,
  own: readonly FurtherAction[]
): FurtherAction {
  const projected = project('llm', { name, scope, members })
  return isBare(projected, name) ? (own[0] ?? projected) : projected
}

/**
 * What the MCP gateway asks about a tool in the scope that it is mapped to, in its second check. Where
 * everything in that scope is known one by one, that says more, and takes its place.
 */
function projectedMcp(
  name: string,
  scope: string,
  members: JsonObject,
  own: readonly FurtherAction[]
): readonly FurtherAction[] {
  const projected = project('mcp', { name, scope, members })
  const isWords = scope === 'shell' && !isBare(projected, name)
  return own.length === 0 || isWords || scope === 'data' ? [projected] : []
}

function textOf(action: FurtherAction): string {
  return JSON.stringify(action, Object.keys(action).sort())
}

function byText(a: FurtherAction, b: FurtherAction): number {
  const [first, second] = [textOf(a), textOf(b)]
  if (first === second) return 0
  return first < second ? -1 : 1
}

function rank({ derived }: FurtherAction): number {
  if (derived === undefined) return 2
  return derived === 'certain' ? 1 : 0
}

/** Whether a tool that runs commands has arguments, and no command among them. */
function lacksCommand(args: Arguments, found: readonly Finding[]): boolean {
  const isEmpty = Object.keys(args.members).length === 0 && args.rest.length === 0
  return !isEmpty && !found.some(({ kind, isNamed }) => kind === 'command' && isNamed)
}
