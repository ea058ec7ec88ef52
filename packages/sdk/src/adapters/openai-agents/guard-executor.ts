import type { ApplyPatchTool, Editor, ShellTool } from '@openai/agents'
import { denyText, type ToolCallInput, type ToolGate } from '../../tool-gate/index.ts'

type CallContext = Pick<ToolCallInput, 'sessionId' | 'runId' | 'agentId' | 'meta'>
type Operation = Parameters<Editor[keyof Editor]>[0]
type Local = Extract<ShellTool, { readonly shell: object }>

/** A shell that runs only what it may. Its executor is not told the id of a call, so that it asks by itself. */
export function guardShell(tool: Local, gate: ToolGate, context: CallContext): Local {
  const { name, shell } = tool
  const callOf = ({ commands }: { readonly commands: readonly string[] }): ToolCallInput => ({
    ...context,
    name,
    arguments: { commands }
  })
  return {
    ...tool,
    needsApproval: async (run, action, callId) =>
      (await needsPerson(gate, callOf(action))) || (await tool.needsApproval(run, action, callId)),
    shell: {
      run: async (action) => {
        const verdict = await gate.enforce(callOf(action))
        if (verdict.kind === 'allow') return await shell.run(action)
        const outcome = { type: 'exit' as const, exitCode: 1 }
        return { output: [{ stdout: '', stderr: denyText(verdict), outcome }] }
      }
    }
  }
}

/** An editor that changes only what it may. */
export function guardEditor(
  tool: ApplyPatchTool,
  gate: ToolGate,
  context: CallContext
): ApplyPatchTool {
  const { name, editor } = tool
  const callOf = (operation: Operation): ToolCallInput => ({
    ...context,
    name,
    arguments: operation
  })
  async function edit<RESULT>(operation: Operation, work: () => Promise<RESULT>) {
    const verdict = await gate.enforce(callOf(operation))
    if (verdict.kind === 'allow') return await work()
    return { status: 'failed' as const, output: denyText(verdict) }
  }
  return {
    ...tool,
    needsApproval: async (run, operation, callId) =>
      (await needsPerson(gate, callOf(operation))) ||
      (await tool.needsApproval(run, operation, callId)),
    editor: {
      createFile: (operation, run) => edit(operation, () => editor.createFile(operation, run)),
      updateFile: (operation, run) => edit(operation, () => editor.updateFile(operation, run)),
      deleteFile: (operation, run) => edit(operation, () => editor.deleteFile(operation, run))
    }
  }
}

async function needsPerson(gate: ToolGate, call: ToolCallInput): Promise<boolean> {
  if (gate.approval !== 'native') return false
  return (await gate.decide(call)).kind === 'approval'
}
