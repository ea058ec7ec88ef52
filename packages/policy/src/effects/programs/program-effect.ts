import type { Word } from '../shell/word.ts'

/**
 * One thing that a program does because of its arguments, beside being run: what its profile says
 * and the shell's analysis turns into effects.
 */
export type ProgramEffect =
  /** It reads, writes or deletes a file. */
  | { readonly kind: 'read' | 'write' | 'delete'; readonly path: Word }
  /** It opens a connection. The method is known for some downloaders. */
  | {
      readonly kind: 'connect'
      readonly form: 'url' | 'host'
      readonly target: Word
      readonly method?: string
      /** It may be a name of something else: only rules that restrict are asked about it. */
      readonly isPossible?: true
    }
  /** It runs another program. `words` starts with that program's name. */
  | {
      readonly kind: 'run'
      readonly words: readonly Word[]
      /** Further arguments are added when it runs, and cannot be known: `xargs`, `find -exec`. */
      readonly addsArguments?: boolean
      /** These arguments are what its input holds, each up to a NUL, and nothing else: `xargs -0`. */
      readonly takesNames?: boolean
      /** On another machine or in a container, with files of its own. */
      readonly isElsewhere?: boolean
    }
  /** All that it prints is names of files at or below these, each with a NUL behind it. */
  | { readonly kind: 'print'; readonly names: Word }
  /** It sets a variable in the environment of what it runs: `env A=1 ls`, `sudo A=1 ls`. */
  | { readonly kind: 'assign'; readonly name: string; readonly at: Word }
  /** It gives a text to a shell. */
  | {
      readonly kind: 'script'
      readonly text: Word
      readonly shell: string
      /** As above. */
      readonly isElsewhere?: boolean
    }
  /** It does something that cannot be known from its arguments. */
  | { readonly kind: 'unknown'; readonly reason: string; readonly at?: Word }

/**
 * What one program does with its arguments, which exclude its own name. An allow-list: whatever a
 * profile does not understand is an `unknown` effect, never nothing.
 */
export type Profile = (args: readonly Word[]) => readonly ProgramEffect[]
