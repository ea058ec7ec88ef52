export { type SqliteAuditStoreOptions, sqliteAuditStore } from './sqlite-audit-store.ts'
