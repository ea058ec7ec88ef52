import { cleanPath } from '../../clean-path.ts'
import type { EffectContext } from '../context.ts'
import { type Effect, type Spellings, spelledTexts } from '../effect.ts'
import { withSlash } from '../path-ends.ts'
import { holdsOwnFile } from '../protected-places.ts'
import type { Word } from './word.ts'

/** A program that itself goes below what it is given meets other names than those it is given. */
export function belowRoot(root: Word, { tree, isSearched }: Word): Word {
  const { named: _, ...all } = root
  const reached = tree === undefined ? root : all
  if (root.tree === 'followed' || tree === 'followed') return { ...reached, tree: 'followed' }
  return { ...reached, tree: isSearched || tree === 'searched' ? 'searched' : 'all' }
}

/** How far down an effect on a word goes. */
export function treeOf({ tree }: Word): Pick<Effect, 'tree'> {
  return tree === undefined ? {} : { tree: tree === 'followed' ? 'all' : tree }
}

/** An effect of a program that does the same to all that is below the path. */
export function withTree(effect: Effect, word: Word, context: EffectContext): Effect {
  if (word.tree === undefined || effect.scope !== 'filesystem') return effect
  const leads = word.tree === 'followed' && context.resolve !== undefined
  const unknown = effect.unknown ?? (leads ? 'links below the path may lead elsewhere' : undefined)
  const isOwn = !effect.action.all.includes('read') && holdsOwnFile(effect.path, context)
  return {
    ...effect,
    ...treeOf(word),
    ...(isOwn && word.tree !== 'searched' ? { isOwn } : {}),
    gapped: textsBelow(effect.path, context).flatMap((root) =>
      (word.named ?? ['*']).map((name) => [
        root,
        ...name.split('*').slice(name.startsWith('*') ? 1 : 0)
      ])
    ),
    ...(unknown === undefined ? {} : { unknown })
  }
}

/** All that is below a path, in every way in which a rule may name it. */
function textsBelow(path: Spellings, { cwd, home }: EffectContext): readonly string[] {
  const roots = spelledTexts(path).map((text) => (text === '.' ? '' : withSlash(text)))
  const covers = (directory: string | undefined): boolean =>
    roots.some((root) => {
      if (root === '' || directory === undefined) return /^[/~]/.test(root)
      return `${cleanPath(directory)}/`.startsWith(root)
    })
  // Rules may name what is below the working directory or the home directory from there.
  if (covers(cwd)) roots.push('')
  if (covers(home)) roots.push('~/')
  return [...new Set(roots)]
}
