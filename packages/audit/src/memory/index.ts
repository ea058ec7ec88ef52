export { memoryAuditStore } from './memory-audit-store.ts'
