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
  /** Beside `all`: texts of which one is enough to an allow rule. */
  readonly any?: readonly Proof[]
}

/** A text by which an allow rule can recognize a command. */
export interface Proof {
  readonly text: string
  /**
   * The same with much text in the place of what is unknown. A rule with wildcards must match this too,
   * so that no `?` stands for something longer. Without anything unknown it is `text`.
   */
  readonly padded: string
}

/** A path in every way in which a rule may name it, each once. */
export function spelledTexts({ all, wide, names = [] }: Spellings): readonly string[] {
  return [...new Set([...all, ...wide, ...names.flat()])]
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
  /**
   * A reason to ask that a rule settles which names the command word for word, without any wildcard:
   * its author has read all of it.
   */
  readonly unproven?: string
  /** What the verdict names when this effect decides. Absent for the action as written. */
  readonly from?: EffectSource
  /** It writes to a place where that is dangerous whatever the policy says of files. */
  readonly isProtected?: boolean
  /** It changes AgentGuard's own files: no rule allows that without a person. */
  readonly isOwn?: boolean
  /**
   * Texts with gaps in the place of what is unknown. An approval or deny rule that names the same
   * command and could match for some value of the gaps turns an ALLOW into REQUIRE_APPROVAL.
   */
  readonly gapped?: readonly (readonly string[])[]
  /**
   * What happens to the path happens to all that is below it, for which the gaps stand. `moved`: a file keeps
   * its name, so that a rule for that name alone holds for it as before. `searched`: nobody knows whether there
   * is anything of which a rule for any directory (a pattern that begins with two stars) speaks. `listed`: the
   * same of the names that a pattern stands for, and nothing below them. `named`: nobody knows whether it is a
   * directory at all, so that only a rule speaks of what is in it that names a place below it.
   */
  readonly tree?: 'all' | 'moved' | 'searched' | 'listed' | 'named'
  /**
   * The effect of the command that brings this one about, such as `sudo`. Where a rule asks a person about
   * that command, the person sees all of it, and no rule has to allow this effect.
   */
  readonly behind?: Effect
  /** That it is part of a further action which is only derived; see `FurtherAction`. */
  readonly derived?: Derivation
  /** A text of it is longer than any such text is. It is denied, whatever the rules say. */
  readonly isTooLarge?: boolean
  /** The path to report when an element of it is `..`, which no policy can allow. */
  readonly traversal?: string
}

/** Which part of the action an effect comes from. */
export interface EffectSource {
  /** exec, read, write, delete, connect, or an HTTP method. */
  readonly verb: string
  /** The command, path or host as it was judged. */
  readonly text: string
  /** Where it starts in the action's text, in UTF-16 code units. */
  readonly start: number
  readonly end: number
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
