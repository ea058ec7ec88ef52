import type { CompiledPolicy } from '@agentguard/policy'

/** A file that is a policy, with what is to be said about it. */
export type LoadedPolicy = Extract<CompiledPolicy, { ok: true }>

/** The size of a policy, in the words that scripts look for. */
export function formatSize({ ruleCount, scopeCount }: LoadedPolicy): string {
  return `${ruleCount} rules across ${scopeCount} scopes`
}
