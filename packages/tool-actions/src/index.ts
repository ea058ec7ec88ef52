export type { ToolCallSource } from './project.ts'
export { type ToolCall, type ToolCallOptions, toolCallActions } from './tool-call-actions.ts'
export { bundledToolScope, bundledToolScopes, type ToolScopeEntry } from './tool-scope.ts'
