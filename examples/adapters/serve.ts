import assert from 'node:assert/strict'
import type { AgentGuard } from '@agentguard/sdk'

export { serve } from '../sdk/serve.ts'

/** The policy of these stories: an agent may look around, not delete, and install what a person has seen. */
export const policy = `version: "1"
name: adapters
rules:
  - scope: shell
    allow: [{ pattern: "ls *" }]
    deny: [{ pattern: "rm *", message: nothing is deleted }]
    require_approval: [{ pattern: "npm install *" }]
`

/** What the model of these stories wants to run, all at once. */
export const commands: readonly string[] = ['ls -l', 'rm -rf /repo', 'npm install left-pad']

/** A person who sees what waits first, and answers. Resolves to the command that they saw. */
export async function answerNext(
  guard: AgentGuard,
  answer: 'approve' | 'deny'
): Promise<string | undefined> {
  for (;;) {
    const [waiting] = await guard.pending()
    if (waiting) {
      assert.equal(await guard[answer](waiting.id), true)
      return waiting.request.command
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
