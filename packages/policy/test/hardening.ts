import type { ActionRequest, Decision } from '@agentguard/protocol'
import { compilePolicy } from '../src/compile-policy.ts'
import type { EffectContext } from '../src/effects/context.ts'
import { readVectors } from './vector-line.ts'

/** An action with its policy, and the loosest verdict that it may get. */
export interface HardeningLine {
  readonly id: string
  readonly category: string
  readonly policy_yaml: string
  readonly request: ActionRequest
  readonly expect: string
  readonly why: string
  readonly needs?: { readonly fs?: { readonly symlinks?: Readonly<Record<string, string>> } }
}

export const hardeningCases: readonly HardeningLine[] =
  readVectors<HardeningLine>('hardening.jsonl')

/** What the engine decides; refusing to load the policy is a denial. */
export function hardeningDecision(line: HardeningLine, matching?: 'literal'): Decision {
  const text =
    matching === undefined
      ? line.policy_yaml
      : line.policy_yaml.replaceAll(
          /^( *)- scope: (\w+)$/gm,
          `$1- scope: $2\n$1  matching: literal`
        )
  const compiled = compilePolicy(text)
  if (!compiled.ok) return 'DENY'
  return compiled.policy.check(line.request, undefined, contextOf(line)).decision
}

function contextOf({ needs }: HardeningLine): EffectContext {
  const links = Object.entries(needs?.fs?.symlinks ?? {})
  if (links.length === 0) return {}
  return {
    resolve(path) {
      const link = links.find(([from]) => path === from || path.startsWith(`${from}/`))
      return link ? link[1] + path.slice(link[0].length) : path
    }
  }
}
