import type { EffectContext } from '../context.ts'
import type { Effect } from '../effect.ts'
import { holdsOwnFile } from '../protected-places.ts'
import { textsBelow } from '../texts-below.ts'
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
