export { createToolGate } from '../../tool-gate/index.ts'
export { type CallContext, guardPlugin } from './guard-plugin.ts'
