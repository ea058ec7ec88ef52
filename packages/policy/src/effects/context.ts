/** The shell that will run a command. `sh` is any POSIX shell, dash among them. */
export type Shell = 'bash' | 'zsh' | 'fish' | 'sh' | 'powershell' | 'cmd'

/**
 * Finds the real path of a file: every symbolic link followed, as the system will when it opens it.
 *
 * Synchronous, since verdicts are. It gets an absolute path, which need not exist, and answers an
 * absolute one. Whatever else it does — `undefined`, an exception, a relative path — says that the real
 * path cannot be known, and what cannot be known is never allowed.
 */
export type ResolvePath = (path: string) => string | undefined

/**
 * What the place where an action will run adds to its meaning. It comes from the operator or from the
 * enforcement point; where a request brings some of it, that may only tighten a verdict.
 *
 * Each member may be absent: then relative paths stay as they are, what is in `~` is unknown and, for
 * restrictive rules, in any home, links are not followed, and the shell is bash, except that whatever
 * zsh or fish would read in another way is unknown.
 */
export interface EffectContext {
  /** The working directory, absolute. */
  readonly cwd?: string
  /** The home directory of who runs the action, absolute. */
  readonly home?: string
  readonly shell?: Shell
  /** Follows symbolic links. */
  readonly resolve?: ResolvePath
  /** AgentGuard's own files and directories, absolute: its policies, its log, its data. */
  readonly ownFiles?: readonly string[]
}

/** A context of which nothing is known. */
export const unknownContext: EffectContext = Object.freeze({})
