import {
  type AgentTool,
  type BaseAgent,
  BasePlugin,
  type Event,
  isAgentTool,
  isLlmAgent,
  type SingleBeforeToolCallback
} from '@google/adk'
import {
  denyText,
  type ToolCallInput,
  type ToolGate,
  type ToolVerdict
} from '../../tool-gate/index.ts'
import { answeredEvent } from './answered-event.ts'
import { payloadOf } from './confirmation.ts'

type ToolCall = Parameters<BasePlugin['beforeToolCallback']>[0]
type ModelCall = Parameters<BasePlugin['beforeModelCallback']>[0]
type ToolResponse = Record<string, unknown>

/** What is said of every call, beside what the framework knows of it. */
export type AdkCallContext = Pick<ToolCallInput, 'sessionId' | 'agentId' | 'meta'>

/**
 * The plugin of a `Runner` that asks before each tool of its agents. Put it last among the plugins: a plugin before it
 * may change the arguments, and what it changes is judged. When a call may run, its arguments are frozen, so that
 * callbacks of agents, which come later, cannot change them. An `AgentTool` runs only if its agent has
 * {@link AgentGuardPlugin.toolCallback}.
 *
 * With a `native` gate, a call that needs a person's yes asks for a confirmation, as tools with `requireConfirmation`
 * do. Its `payload` has `approvalId` and `approvalUrl`. The tool runs if it is confirmed and the server has a yes,
 * too. If it has none yet, the model is told so, and may try again: the framework asks once for each call.
 */
export class AgentGuardPlugin extends BasePlugin {
  readonly #gate: ToolGate
  readonly #context: AdkCallContext
  /** The contexts of calls that may run. */
  readonly #passed: WeakSet<object> = new WeakSet()

  constructor(gate: ToolGate, context: AdkCallContext = {}) {
    super('agentguard')
    this.#gate = gate
    this.#context = context
  }

  /**
   * The same for a single agent, as its `beforeToolCallback`. The agent of an `AgentTool` needs it: the framework runs
   * it without plugins. Calls that the plugin has seen are not asked about again.
   */
  readonly toolCallback: SingleBeforeToolCallback = async ({ tool, args, context }) => {
    if (this.#passed.has(context)) return undefined
    return await this.beforeToolCallback({ tool, toolArgs: args, toolContext: context })
  }

  override async beforeToolCallback(called: ToolCall): Promise<ToolResponse | undefined> {
    const { tool, toolArgs, toolContext } = called
    const { toolConfirmation } = toolContext
    const isNative = this.#gate.approval === 'native'
    if (isNative && toolConfirmation && !toolConfirmation.confirmed) {
      return { error: '[AgentGuard] Action denied: it was not confirmed' }
    }
    if (isAgentTool(tool) && !this.#guards(agentOf(tool))) {
      this.#gate.coverage.misses({ name: tool.name, why: 'agent_without_callback' })
      return { error: '[AgentGuard] Action denied: the tools of this agent are not guarded' }
    }
    const verdict = await this.#judge(callOf(called, this.#context))
    if (verdict.kind === 'allow') {
      freeze(toolArgs)
      this.#passed.add(toolContext)
      return undefined
    }
    if (verdict.kind === 'approval' && !toolConfirmation) {
      toolContext.requestConfirmation({ hint: denyText(verdict), payload: payloadOf(verdict) })
    }
    return { error: denyText(verdict) }
  }

  override async onEventCallback({
    event
  }: Parameters<BasePlugin['onEventCallback']>[0]): Promise<Event | undefined> {
    return answeredEvent(event)
  }

  /** Reports the tools that run at the provider of the model, which come by no callback. */
  override async beforeModelCallback({ llmRequest }: ModelCall): Promise<undefined> {
    for (const tool of llmRequest.config?.tools ?? []) {
      for (const name of Object.keys(tool)) {
        const isOurs = name === 'functionDeclarations'
        if (!isOurs) this.#gate.coverage.misses({ name, why: 'provider_executed' })
      }
    }
    for (const name of Object.keys(llmRequest.toolsDict)) this.#gate.coverage.covers(name)
    return undefined
  }

  #guards(agent: BaseAgent): boolean {
    const isGuarded =
      !isLlmAgent(agent) ||
      agent.tools.length === 0 ||
      agent.canonicalBeforeToolCallbacks.includes(this.toolCallback)
    return isGuarded && agent.subAgents.every((one) => this.#guards(one))
  }

  /** With a `native` gate the server is asked each time: confirmations come from clients, and are no proof. */
  async #judge(call: ToolCallInput): Promise<ToolVerdict> {
    this.#gate.coverage.covers(call.name)
    if (this.#gate.approval === 'native') {
      const verdict = await this.#gate.resume(call)
      if (verdict.kind !== 'allow') return verdict
    }
    return await this.#gate.enforce(call)
  }
}

/** It is private, and nothing else says which agent it is. */
function agentOf(tool: AgentTool): BaseAgent {
  return (tool as unknown as { readonly agent: BaseAgent }).agent
}

function callOf(
  { tool, toolArgs, toolContext }: ToolCall,
  { meta, ...context }: AdkCallContext
): ToolCallInput {
  return {
    name: tool.name,
    arguments: toolArgs,
    callId: toolContext.functionCallId,
    sessionId: toolContext.sessionId,
    ...context,
    meta: { framework: 'google-adk', adk_agent: toolContext.agentName, ...meta },
    signal: toolContext.abortSignal
  }
}

/** The arguments are JSON, and were judged as such: there are no cycles. */
function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  Object.freeze(value)
  for (const member of Object.values(value)) freeze(member)
}
