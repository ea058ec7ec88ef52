import type { EffectContext, Policy } from '@agentguard/policy'
import { loadPolicyFile, type PolicyFile, watchPolicyFile } from '@agentguard/policy/node'
import type { LoadedPolicy } from './loaded-policy.ts'

export interface LivePolicy {
  /** The policy that is in force now. */
  current(): Policy
  /** What identifies its text. */
  digest(): string | undefined
  /** Stops following the file. */
  close(): void
}

export interface LivePolicyEvents {
  /** The file has changed, and its policy is in force from now on. */
  onReload(loaded: LoadedPolicy & { readonly digest: string | undefined }): void
  /** The file has changed into something else; the policy before it stays in force. */
  onReloadFailed(failed: FailedPolicy): void
}

/** A file that is no policy. */
export type FailedPolicy = Extract<PolicyFile, { ok: false }>

export type OpenedPolicy =
  | { readonly ok: true; readonly loaded: LoadedPolicy; readonly live: LivePolicy }
  | FailedPolicy

/** Loads a policy and keeps it as the file has it. */
export async function openPolicy(
  file: string,
  events: LivePolicyEvents,
  context: EffectContext = {}
): Promise<OpenedPolicy> {
  const loaded = await loadPolicyFile(file, { context })
  if (!loaded.ok) return loaded
  let { policy, digest } = loaded
  const watcher = watchPolicyFile(file, {
    digest: loaded.digest,
    context,
    onChange(changed) {
      if (!changed.ok) return events.onReloadFailed(changed)
      ;({ policy, digest } = changed)
      events.onReload(changed)
    }
  })
  return {
    ok: true,
    loaded,
    live: { current: () => policy, digest: () => digest, close: () => watcher.close() }
  }
}
