export { createToolGate } from '../../tool-gate/index.ts'
export { guardAgent } from './guard-agent.ts'
export { type CallContext, guardTool } from './guard-tool.ts'
