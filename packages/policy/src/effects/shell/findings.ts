import type { Effect } from '../effect.ts'
import { absent, spelled } from '../effect.ts'
import { shellLimits } from './limits.ts'
import type { Script } from './parse-script.ts'

/** A stretch of the command as written, in UTF-16 code units. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Collects what a command amounts to while it is walked. */
export class Findings {
  /** The line as written: what else the action says holds for each of its commands. */
  readonly line: Effect
  readonly effects: Effect[] = []
  /** Scripts that have been walked: what is not here was overlooked. */
  readonly walked: Set<Script> = new Set()
  #steps = 0
  #hasCommands = false
  #muted = 0
  readonly #reasons = new Set<string>()

  constructor(line: Effect) {
    this.line = line
  }

  /** Whether a command was found that a rule has to allow. */
  get hasCommands(): boolean {
    return this.#hasCommands
  }

  add(effect: Effect): void {
    if (this.#muted > 0) return
    if (effect.scope === 'shell' && effect.derived === undefined) this.#hasCommands = true
    this.effects.push(effect)
  }

  /**
   * Something happens of which the reason says why it cannot be known. `texts` are what it may come to,
   * for the rules that deny.
   */
  addUnknown(unknown: string, range: Range, text: string, texts: readonly string[] = []): void {
    const key = `${range.start} ${range.end} ${unknown}`
    if (this.#reasons.has(key)) return
    this.#reasons.add(key)
    this.add({
      scope: 'shell',
      action: absent,
      command: texts.length > 0 ? { all: [], wide: texts } : absent,
      path: spelled('.'),
      domain: absent,
      derived: 'possible',
      unknown,
      from: { verb: 'exec', text, ...range }
    })
  }

  /** Counts one step of the walk. False when there have been too many. */
  canStep(): boolean {
    this.#steps++
    return this.#steps <= shellLimits.maxSteps
  }

  /** Runs something of which only what it does to the state matters. */
  quietly(run: () => void): void {
    this.#muted++
    try {
      run()
    } finally {
      this.#muted--
    }
  }
}
