import type { ActionRequest } from '@agentguard/protocol'
import { compilePattern, compileWide } from '../src/match/compile-pattern.ts'
import type { Pattern } from '../src/match/pattern.ts'
import type { BenchRule, BenchScope } from './policies.ts'

/** The readings of one rule's pattern: one match is enough. */
export type CompiledPatterns = readonly Pattern[]

/** The rules' patterns, compiled as the engine compiles them. */
export function compiledPatterns(
  scope: BenchScope,
  rules: readonly BenchRule[]
): CompiledPatterns[] {
  const field = scope === 'filesystem' ? 'path' : 'text'
  return rules.map(({ kind, pattern }) =>
    kind === 'allow' ? [compilePattern(pattern)] : compileWide(pattern, field)
  )
}

/**
 * The engine without its index: tries the rules one after the other, and does not look at the text
 * before that (no control characters, no percent-encoding, no letter case).
 */
export function linearScan(
  rules: readonly BenchRule[],
  compiled: readonly CompiledPatterns[],
  textOf: (action: ActionRequest) => string
): (action: ActionRequest) => BenchRule['kind'] | 'none' {
  const flat = rules.flatMap(({ kind }, at) =>
    (compiled[at] as CompiledPatterns).map((pattern) => ({ kind, pattern }))
  )
  return (action) => {
    const text = textOf(action)
    for (const { kind, pattern } of flat) if (pattern.matches(text)) return kind
    return 'none'
  }
}
