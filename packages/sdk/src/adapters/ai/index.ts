export { createToolGate } from '../../tool-gate/index.ts'
export { type ApprovalQuestion, guardApproval } from './guard-approval.ts'
export { type GuardMiddlewareOptions, guardMiddleware } from './guard-middleware.ts'
export { type CallContext, guardTools } from './guard-tools.ts'
