import type { EffectContext } from './effects/context.ts'
import type { PolicyIssue } from './issue.ts'
import { lintPolicy } from './lint/lint-policy.ts'
import { loadPolicy } from './load/load-policy.ts'
import { createPolicy, type Policy } from './policy.ts'

export interface CompileOptions {
  /** The file's name, for the `rule_source` of verdicts. */
  readonly file?: string
  /** What identifies this text in verdicts, such as its SHA-256. */
  readonly digest?: string
  /** Where actions will run, unless a check says otherwise. */
  readonly context?: EffectContext
}

export type CompiledPolicy =
  | {
      readonly ok: true
      readonly policy: Policy
      /** What loads but is probably not what its author means. */
      readonly warnings: readonly PolicyIssue[]
      /** Rules of the base rule sets. */
      readonly ruleCount: number
      /** Distinct scopes of the base rule sets. */
      readonly scopeCount: number
    }
  | {
      readonly ok: false
      /** Everything that is wrong with the file; never empty. */
      readonly issues: readonly PolicyIssue[]
    }

/**
 * Compiles the text of a policy file. Never throws: a text that is no policy has issues.
 *
 * A message of the first issue is the one that AgentGuard 1.0 gives, where it refuses the file too.
 */
export function compilePolicy(
  text: string | Uint8Array,
  options: CompileOptions = {}
): CompiledPolicy {
  const loaded = loadPolicy(text)
  if (!loaded.ok) return loaded
  const { document, ruleCount, scopeCount } = loaded
  try {
    const policy = createPolicy(document, options, options.context)
    const warnings = [...loaded.warnings, ...lintPolicy(document)]
    warnings.sort((a, b) => a.line - b.line || a.column - b.column)
    return { ok: true, policy, warnings, ruleCount, scopeCount }
  } catch (error) {
    return { ok: false, issues: [cannotCompile(error)] }
  }
}

/** A file that is too much for the machine must not take the policy in force with it. */
function cannotCompile(error: unknown): PolicyIssue {
  const why = error instanceof Error ? error.message : 'an unknown fault'
  const message = `the policy cannot be compiled: ${why}`
  return { code: 'cannot_compile', path: '', line: 1, column: 1, message }
}
