export { createToolGate } from '../../tool-gate/index.ts'
export { guardMastra, type MastraConfig } from './guard-mastra.ts'
export type { MastraApproval, MastraCallOptions } from './mastra-call.ts'
export { mastraHooks } from './mastra-hooks.ts'
