export { createToolGate } from '../../tool-gate/index.ts'
export { guardMastra, type MastraConfig } from './guard-mastra.ts'
export { type MastraApproval, type MastraCallOptions, mastraHooks } from './mastra-hooks.ts'
