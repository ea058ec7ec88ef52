export { createClaudeGate } from '../claude-agent/create-claude-gate.ts'
export { type AnswerHookOptions, answerHook, type HookAnswer, hookFailure } from './answer-hook.ts'
export { type HookSettings, hookSettings } from './hook-settings.ts'
