import type { Effect } from '../effect.ts'
import { absent, spelled } from '../effect.ts'
import type { AssignedNames } from './assigned-names.ts'
import { crudeCommands } from './crude-commands.ts'
import { shellLimits } from './limits.ts'
import type { Script, SyntaxNode } from './parse-script.ts'

/** A stretch of the command as written, in UTF-16 code units. */
export interface Range {
  readonly start: number
  readonly end: number
}

const hidesProgram = 'a function has the name of a program that gives names to another one'

/** Collects what a command amounts to while it is walked. */
export class Findings {
  /** The line as written: what else the action says holds for each of its commands. */
  readonly line: Effect
  readonly effects: Effect[] = []
  /** Whether a function that the line defines may be gone when it is called. */
  mayLoseFunctions = false
  /** Scripts that have been walked: what is not here was overlooked. */
  readonly walked: Set<Script> = new Set()
  /** What the loops of the line may assign, by the first node of each. */
  readonly assigned: Map<SyntaxNode, AssignedNames | undefined> = new Map()
  #steps = 0
  #words = 0
  #repeated = 0
  #hasCommands = false
  readonly #reasons = new Set<string>()
  readonly #crudelyRead = new Set<string>()

  constructor(line: Effect) {
    this.line = line
  }

  /** Calls of functions that the line surely defines, as long as none may be gone. */
  readonly calls: Set<Effect> = new Set()

  readonly #relied = new Set<string>()
  readonly #functions = new Set<string>()

  /** What is known of a command holds only if its name is that of a program, also when it is run later. */
  relyOn(name: string, range: Range, text: string): void {
    this.#relied.add(name)
    if (this.#functions.has(name)) this.addUnknown(hidesProgram, range, text)
  }

  /** A function is defined, somewhere in the line. */
  define(name: string, range: Range, text: string): void {
    this.#functions.add(name)
    if (this.#relied.has(name)) this.addUnknown(hidesProgram, range, text)
  }

  /** Whether a command was found that a rule has to allow. */
  get hasCommands(): boolean {
    return this.#hasCommands
  }

  add(effect: Effect): void {
    if (effect.scope === 'shell' && effect.derived === undefined) this.#hasCommands = true
    this.effects.push(effect)
  }

  /**
   * Something happens of which the reason says why it cannot be known. `texts` are what it may come to,
   * for the rules that deny.
   */
  addUnknown(unknown: string, range: Range, text: string, texts: readonly string[] = []): void {
    const key = `${range.start} ${range.end} ${unknown}`
    // Further ones, or the same again, change no verdict where rules have nothing more to look at.
    const isFull = this.#reasons.size >= shellLimits.maxReasons
    if (texts.length === 0 && (isFull || this.#reasons.has(key))) return
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

  /**
   * A text cannot be read as a shell would read it. The rules that deny are asked about all that it could run;
   * once is enough for a text that has many parts which cannot be read.
   */
  addUnread(reason: string, range: Range, text: string, source: string = text): void {
    const isFirst = !this.#crudelyRead.has(source)
    this.#crudelyRead.add(source)
    this.addUnknown(reason, range, text, isFirst ? crudeCommands(source) : [])
  }

  /** Counts words that are looked at once more. False when there have been too many. */
  canRepeat(words: number): boolean {
    this.#repeated += words
    return this.#repeated <= shellLimits.maxRepeated
  }

  /** Counts the words of a command that is run, and redirections. False when there have been too many. */
  canRun(words: number): boolean {
    this.#words += words
    return !this.isExhausted
  }

  /** Counts one step of the walk. False when there have been too many, and nothing more is walked. */
  canStep(): boolean {
    this.#steps++
    return !this.isExhausted
  }

  /** Whether a part of the command has not been walked because there is too much of it. */
  get isExhausted(): boolean {
    return this.#steps > shellLimits.maxSteps || this.#words > shellLimits.maxWords
  }
}
