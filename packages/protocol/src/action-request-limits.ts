const mebi = 1_048_576

/** How long and how many the parts of an action may be. Lengths are in UTF-16 code units. */
export interface ActionRequestLimits {
  /** How deeply the JSON text may be nested. */
  readonly maxDepth: number
  /** How long each text may be. */
  readonly maxLength: Readonly<Record<LimitedMember, number>>
  /** How many members `meta` may have. */
  readonly maxMetaMembers: number
  /** How long the name of a member of `meta` may be. */
  readonly maxMetaNameLength: number
  /** How long a value in `meta` may be. */
  readonly maxMetaValueLength: number
  /** How many further actions there may be. */
  readonly maxActions: number
}

/** The members of an action that are texts. */
export type LimitedMember =
  | 'schema_version'
  | 'scope'
  | 'action'
  | 'command'
  | 'path'
  | 'domain'
  | 'url'
  | 'unknown_effect'
  | 'agent_id'
  | 'session_id'
  | 'approval_id'

/**
 * The limits of the wire format. What carries content is as long as the server's default body limit of
 * 1 MiB lets through; names and identifiers are short.
 */
export const actionRequestLimits: ActionRequestLimits = {
  maxDepth: 64,
  maxLength: {
    schema_version: 1024,
    scope: 256,
    action: 256,
    command: mebi,
    path: mebi,
    domain: 4096,
    url: mebi,
    unknown_effect: 1024,
    agent_id: 1024,
    session_id: 1024,
    approval_id: 1024
  },
  maxMetaMembers: 256,
  maxMetaNameLength: 1024,
  maxMetaValueLength: mebi,
  maxActions: 256
}
