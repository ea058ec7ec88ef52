export { createToolGate } from '../../tool-gate/index.ts'
export { type AdkCallContext, AgentGuardPlugin } from './agent-guard-plugin.ts'
export type { AdkApproval } from './confirmation.ts'
