/** Why somebody is not let in. On a check it is the end of the rule: `deny:access:<code>`. */
export type RefusalCode =
  /** No credential was sent, and one is needed. */
  | 'unauthenticated'
  /** What was sent is no credential of ours, or one that is expired or revoked. */
  | 'invalid_credential'
  /** The request is a browser's, and its CSRF header is not that of the session. */
  | 'csrf'
  /** The request is a browser's, and comes from a page of somebody else. */
  | 'origin'
  /** The role may not do this. */
  | 'role'
  /** The credential is good for another tenant. */
  | 'tenant'
  /** The credential is good for another agent. */
  | 'agent_mismatch'
  /** Too many wrong guesses. */
  | 'throttled'
  /** Whether the credential is good cannot be found out. */
  | 'unavailable'
