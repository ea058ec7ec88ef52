export { claudeToolScope } from './claude-action.ts'
export { createClaudeGate } from './create-claude-gate.ts'
export { type GuardClaudeOptions, guardClaude } from './guard-claude.ts'
export { noteCoverage } from './note-coverage.ts'
