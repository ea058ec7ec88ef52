import { type EffectContext, unknownContext } from './context.ts'
import type { Action, Effect } from './effect.ts'
import { filesystemEffects } from './filesystem.ts'
import { networkEffects } from './network/network-effects.ts'
import { shellEffects } from './shell.ts'
import { textEffect } from './text-effect.ts'
import { toolEffect } from './tool.ts'

/** What an action of each scope amounts to. A scope that is not here amounts to its text. */
const effectsByScope: ReadonlyMap<
  string,
  (action: Action, context: EffectContext) => readonly Effect[]
> = new Map([
  ['shell', shellEffects],
  ['filesystem', filesystemEffects],
  ['network', networkEffects],
  ['browser', networkEffects],
  ['mcp_tool', (action) => [toolEffect(action)]],
  ['unmapped', (action) => [toolEffect(action)]]
])

/**
 * The actions that an action amounts to, as far as can be known without running it.
 *
 * Pure. Never empty: an action always amounts at least to its own text.
 */
export function effectsOf(
  action: Action,
  context: EffectContext = unknownContext
): readonly Effect[] {
  const effects = effectsByScope.get(action.scope)?.(action, context) ?? [textEffect(action)]
  return action.unknown_effect == null && action.derived == null
    ? effects
    : effects.map((effect) => withDoubts(effect, action))
}

/** What who sent the action says of it. An empty reason is a reason; the effect's own says more. */
function withDoubts(effect: Effect, { unknown_effect: unknown, derived }: Action): Effect {
  return {
    ...(unknown == null ? {} : { unknown }),
    ...(derived == null ? {} : { derived }),
    ...effect,
    // What the whole may only mean, its parts may only mean.
    ...(derived === 'possible' ? { derived } : {})
  }
}
