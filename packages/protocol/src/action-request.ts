import * as v from 'valibot'
import { member } from './member.ts'
import { nullFreeObject } from './null-free-object.ts'
import { stringMapSchema } from './string-map.ts'

/**
 * What is asked for, without who asks: one of the actions that an action amounts to.
 *
 * Who asks, the approval and the version are always those of the action that carries it.
 */
export interface FurtherAction {
  /** The kind of action: `shell`, `filesystem`, `network`, `browser`, `cost`, `data`, `mcp_tool`, or any string. */
  readonly scope: string
  /** The verb, such as `read`, `write`, `delete` or `GET`. */
  readonly action?: string
  /** A command line as a shell would get it, or the name of a tool. */
  readonly command?: string
  /** A path in a file system. */
  readonly path?: string
  /** A host name or an IP address. */
  readonly domain?: string
  /** A URL. */
  readonly url?: string
  /** What the action is expected to cost, in US dollars. */
  readonly est_cost?: number
  /** Whatever else describes the action. A parsed map has no prototype, so that every key is data. */
  readonly meta?: Readonly<Record<string, string>>
  /**
   * Why a part of the action cannot be known, without any text of the action. It can only tighten a
   * verdict: an ALLOW becomes REQUIRE_APPROVAL. Even an empty text says so.
   */
  readonly unknown_effect?: string
  /**
   * That a further action is only derived, and how surely: absent, it is asked for like any other.
   *
   * `certain`: the call does it; where the policy has no rules for its scope, it adds nothing.
   * `possible`: the call may mean it; deny and approval rules are asked, and no rule has to allow it.
   *
   * It has no meaning on an `ActionRequest` itself, where it is dropped.
   */
  readonly derived?: Derivation
}

/** How sure it is that a tool call does what its arguments say. */
export type Derivation = 'certain' | 'possible'

/** What an agent asks to do. Only `scope` is always there, and it may be empty. */
export interface ActionRequest extends Omit<FurtherAction, 'derived'> {
  /** The version of the wire format. Absent or empty means `v1`. */
  readonly schema_version?: string
  /** Who asks. */
  readonly agent_id?: string
  /** The session in which the agent asks. */
  readonly session_id?: string
  /** The approval that the action claims to have. */
  readonly approval_id?: string
  /** Whether an approval of the same action may be found, and used once, without naming it. */
  readonly reuse_approval?: boolean
  /** Further actions that this one amounts to. They are judged together with it, as one. */
  readonly actions?: readonly FurtherAction[]
}

const text = v.nullish(v.string())

const whatIsAsked = {
  scope: member(
    v.nullish(v.string(), ''),
    'The kind of action: shell, filesystem, network, browser, cost, data, mcp_tool, or any string.'
  ),
  action: member(text, 'The verb, such as read, write, delete or GET.'),
  command: member(text, 'A command line as a shell would get it, or the name of a tool.'),
  path: member(text, 'A path in a file system.'),
  domain: member(text, 'A host name or an IP address.'),
  url: member(text, 'A URL.'),
  est_cost: member(
    v.nullish(v.pipe(v.number(), v.finite())),
    'What the action is expected to cost, in US dollars.'
  ),
  meta: member(
    v.nullish(stringMapSchema),
    'Whatever else describes the action. A null value means the empty string.'
  ),
  unknown_effect: member(
    text,
    'Why a part of the action cannot be known. It is then at best REQUIRE_APPROVAL, also for an empty text.'
  )
} satisfies Record<Exclude<keyof FurtherAction, 'derived'>, unknown>

const furtherActionMembers = {
  ...whatIsAsked,
  derived: member(
    v.nullish(v.picklist(['certain', 'possible'] satisfies Derivation[])),
    'Absent: asked for like any action. certain: adds nothing where the policy has no rules for the scope. possible: only deny and approval rules are asked.'
  ),
  actions: member(v.nullish(v.never()), 'Not allowed here: further actions are one level deep.')
}

/** The schema of a {@link FurtherAction}. */
export const furtherActionSchema: v.GenericSchema<unknown, FurtherAction> =
  nullFreeObject(furtherActionMembers)

const actionRequestMembers = {
  schema_version: member(text, 'The version of the wire format. Absent or empty means v1.'),
  ...whatIsAsked,
  agent_id: member(text, 'Who asks.'),
  session_id: member(text, 'The session in which the agent asks.'),
  approval_id: member(text, 'The approval that the action claims to have.'),
  reuse_approval: member(
    v.nullish(v.boolean()),
    'Whether an approval of the same action may be found, and used once, without naming it.'
  ),
  actions: member(
    v.nullish(v.array(furtherActionSchema)),
    'Further actions that this one amounts to. They are judged together with it, as one.'
  )
} satisfies Record<keyof ActionRequest, unknown>

/**
 * The schema of an {@link ActionRequest}: everything is optional, `null` means absent, and unknown
 * members are dropped.
 *
 * It judges types only. Text from outside MUST go through `parseActionRequest`.
 */
export const actionRequestSchema: v.GenericSchema<unknown, ActionRequest> =
  nullFreeObject(actionRequestMembers)

/** The names of the members of an {@link ActionRequest}. */
export const actionRequestMemberNames: readonly string[] = Object.keys(actionRequestMembers)

/** The names of the members that a {@link FurtherAction} has an opinion on. */
export const furtherActionMemberNames: readonly string[] = Object.keys(furtherActionMembers)
