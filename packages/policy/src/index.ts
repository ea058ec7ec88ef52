export { type CompiledPolicy, type CompileOptions, compilePolicy } from './compile-policy.ts'
export type * from './document.ts'
export { type ParsedDuration, parseDuration } from './duration.ts'
export type { EffectContext, ResolvePath, Shell } from './effects/context.ts'
export type { ApprovalTerms } from './engine/approval-terms.ts'
export type { Facts, Truth } from './engine/facts.ts'
export {
  type EffectExplanation,
  type Explanation,
  formatExplanation,
  type RuleExplanation,
  type RuleOutcome
} from './explain.ts'
export type { PolicyIssue } from './issue.ts'
export { compilePattern } from './match/compile-pattern.ts'
export type { Pattern } from './match/pattern.ts'
export { formatDollars, microDollars } from './micro-dollars.ts'
export type { Policy } from './policy.ts'
