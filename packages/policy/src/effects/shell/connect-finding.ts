import { absent, spelled } from '../effect.ts'
import { connectEffects } from '../network/network-effects.ts'
import type { Walk } from './walk.ts'
import type { Word } from './word.ts'

/** Where a command connects to. */
export function connectFinding(
  walk: Walk,
  target: {
    readonly form: 'url' | 'host'
    readonly text: string | undefined
    readonly port?: string | undefined
    readonly method?: string | undefined
    readonly isPossible?: true | undefined
    readonly word: Word
  }
): void {
  const { form, text, port, method, isPossible, word } = target
  const from = {
    verb: method ?? 'connect',
    text: text ?? word.prefix,
    start: word.start,
    end: word.end
  }
  if (text === undefined || word.text === undefined) {
    const unknown = 'where it connects to is only known when it runs'
    walk.findings.add({
      scope: 'network',
      action: spelled(method ?? 'connect'),
      command: absent,
      path: spelled('.'),
      domain: absent,
      derived: 'possible',
      unknown,
      from
    })
    return
  }
  const place = port === undefined ? text : `${text}:${port}`
  for (const effect of connectEffects(form, place, method, walk.context)) {
    walk.findings.add({
      ...effect,
      derived: isPossible ? 'possible' : 'certain',
      from: { ...from, text: place }
    })
  }
}
