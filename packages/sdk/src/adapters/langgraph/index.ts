// For graphs without `langchain`: what the other entry has, but for the middleware.
export { createToolGate } from '../../tool-gate/index.ts'
export type { ApprovalInterrupt } from '../langchain/ask-person.ts'
export type { CallContext } from '../langchain/graph-call.ts'
export { guardTool } from '../langchain/guard-tool.ts'
