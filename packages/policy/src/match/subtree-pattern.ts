import type { Pattern } from './pattern.ts'

/** The commonest pattern with `**`: a path without wildcards, then `/**`. It and all below it match. */
export class SubtreePattern implements Pattern {
  readonly prefix: string
  readonly suffix = ''
  readonly literals: readonly string[] = []
  readonly exact = false
  readonly weight = 0

  /** @param top The path without the final `/**`; not empty. */
  constructor(top: string) {
    this.prefix = top
  }

  matches(value: string): boolean {
    const { length } = this.prefix
    return (
      value.startsWith(this.prefix) &&
      (value.length === length || value.charCodeAt(length) === slash)
    )
  }
}

const slash = 0x2f
