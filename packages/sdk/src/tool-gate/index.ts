export type { ActionRequest, CheckResult as WireResult, Gate } from '@agentguard/protocol'
export { type LocalPolicy, localGate } from '../local-gate.ts'
export type { Coverage, CoverageOptions, CoverageReport, UncoveredTool } from './coverage.ts'
export {
  createToolGate,
  type ToolDecision,
  type ToolGate,
  type ToolGateOptions,
  type ToolRun
} from './create-tool-gate.ts'
export { type GuardFunctionOptions, guardFunction } from './guard-function.ts'
export type { ApprovalMode } from './judge-call.ts'
export type { ToolActionOptions } from './tool-action.ts'
export { type ToolCallInput, valueArguments } from './tool-call.ts'
export {
  type Allowed,
  type ApprovalNeeded,
  type Denied,
  denyText,
  errorOf,
  type ToolVerdict
} from './tool-verdict.ts'
export type { MemoLimits } from './verdict-memo.ts'
