import { parseError, type Script, type WordPart } from './parse-script.ts'
import type { Walk } from './walk.ts'

type Substitution = Extract<WordPart, { type: 'CommandExpansion' | 'ProcessSubstitution' }>

/** Walks the commands of a substitution, in a shell of its own. */
export function walkSubstitution(walk: Walk, part: Substitution): void {
  walkNested(walk, part.script, part)
}

/** Walks a script that stands inside another one. */
export function walkNested(
  walk: Walk,
  script: Script | undefined,
  part: { readonly pos: number; readonly end: number; readonly text: string }
): void {
  if (!script || parseError(script) !== undefined) {
    walk.unknown('the commands inside it cannot be read', part)
  }
  if (!script) return
  // Backticks with escapes have a text of their own, and so have what is inside them.
  const inner =
    script.source === undefined ? {} : { source: script.source, within: walk.rangeOf(part) }
  walk.interpreter.script(walk.fork().with({ ...inner, deeper: true, isInner: false }), script)
}
