import type { Derivation, FurtherAction } from '@agentguard/protocol'
import type { HostClass } from '../document.ts'

/** The part of an action that says what is to be done, not who asks. */
export type Action = Pick<
  FurtherAction,
  | 'scope'
  | 'action'
  | 'command'
  | 'path'
  | 'domain'
  | 'url'
  | 'est_cost'
  | 'unknown_effect'
  | 'derived'
>

/**
 * The ways in which one text may be understood. A restrictive rule matches on any of them; an allow
 * rule must match every one in `all`.
 */
export interface Spellings {
  readonly all: readonly string[]
  /** Further spellings, which only restrictive rules look at. */
  readonly wide: readonly string[]
  /**
   * At the place of each text in `all`: other names of the very same thing, such as an absolute path
   * seen from the working directory. An allow rule may match a name instead of the text.
   */
  readonly names?: readonly (readonly string[])[]
}

const none: readonly string[] = Object.freeze([])

/** A text that the action does not have. */
export const absent: Spellings = Object.freeze({ all: none, wide: none })

/** A text that can be understood in one way only; an empty text is an absent one. */
export function spelled(text: string): Spellings {
  return text === '' ? absent : { all: [text], wide: none }
}

/** One of the actions that an action amounts to, in the fields that rules test. */
export interface Effect {
  readonly scope: string
  readonly action: Spellings
  readonly command: Spellings
  readonly path: Spellings
  readonly domain: Spellings
  /** What else is known of the place that it connects to; absent where `domain` is a mere text. */
  readonly endpoint?: Endpoint
  /**
   * Why a part of the effect cannot be known. It is judged all the same, and an ALLOW becomes
   * REQUIRE_APPROVAL.
   */
  readonly unknown?: string
  /** That it is part of a further action which is only derived; see `FurtherAction`. */
  readonly derived?: Derivation
  /** A text of it is longer than any such text is. It is denied, whatever the rules say. */
  readonly isTooLarge?: boolean
  /** The path to report when an element of it is `..`, which no policy can allow. */
  readonly traversal?: string
}

/** The place that a network effect connects to, beside its host. */
export interface Endpoint {
  /** Of the host in any of its spellings; undefined for a text that is no host. */
  readonly classes: readonly HostClass[] | undefined
  /** Lower-case, without the colon. Absent where the action names only a host. */
  readonly scheme?: string
  /** As written, else the scheme's default, else absent. */
  readonly port?: string
  /**
   * What an allow rule must name for itself: the host, exactly or by its class, or the scheme. No
   * wildcard allows these. Absent when there is nothing to name.
   */
  readonly mustName?: readonly ('host' | 'scheme')[]
}
