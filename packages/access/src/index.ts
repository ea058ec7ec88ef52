export { AccessError, type AccessErrorCode } from './access-error.ts'
export type { Access, AccessOptions } from './create-access.ts'
export type { Credential } from './credential.ts'
export type {
  Authenticated,
  Created,
  Credentials,
  Issued,
  Revoked,
  Rotated
} from './credentials.ts'
export { memoryAccess } from './drivers/memory.ts'
export {
  createGuessThrottle,
  type GuessThrottle,
  type GuessThrottleOptions
} from './guess-throttle.ts'
export { peerGroup } from './peer-group.ts'
export { mayDo, type Need, type Permission, permissions } from './permissions.ts'
export { isRole, type Role, roles } from './role.ts'
export { idOfSecret, secretMatcher } from './secret.ts'
export type { Session } from './session.ts'
export type {
  FoundSession,
  OpenedSession,
  SessionHolder,
  Sessions,
  WantedSession
} from './sessions.ts'
export type { CredentialIssue, WantedCredential } from './wanted-credential.ts'
