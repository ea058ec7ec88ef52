import { cleanPath } from '../clean-path.ts'
import type { EffectContext } from './context.ts'
import { type Spellings, spelledTexts } from './effect.ts'
import { withSlash } from './path-ends.ts'

/**
 * What stands before all that is below a path, in every way in which a rule may name it. A working or home directory
 * that is not known may be anywhere, unless it is said to be elsewhere.
 */
export function textsBelow(
  path: Spellings,
  { cwd, home }: EffectContext,
  unknown: 'anywhere' | 'elsewhere' = 'anywhere'
): readonly string[] {
  const roots = spelledTexts(path).map((text) => (text === '.' ? '' : withSlash(text)))
  const covers = (directory: string | undefined): boolean =>
    roots.some((root) => {
      if (directory === undefined && unknown === 'elsewhere') return false
      if (root === '' || directory === undefined) return /^[/~]/.test(root)
      return `${cleanPath(directory)}/`.startsWith(root)
    })
  // Rules may name what is below the working directory or the home directory from there.
  if (covers(cwd)) roots.push('')
  if (covers(home)) roots.push('~/')
  return [...new Set(roots)]
}
