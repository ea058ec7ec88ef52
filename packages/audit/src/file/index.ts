export { type FileAuditStoreOptions, fileAuditStore, type Rotation } from './file-audit-store.ts'
export type { LogFile, LogFs } from './log-fs.ts'
export { nodeLogFs } from './node-log-fs.ts'
export { readLogFiles } from './read-log-files.ts'
