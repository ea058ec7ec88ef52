import type { EffectContext, Shell } from '../context.ts'
import type { Effect } from '../effect.ts'
import type { Findings, Range } from './findings.ts'
import type { CommandSyntax, Script, WordNode, WordPart } from './parse-script.ts'
import type { ExpandedWord, Piece } from './pieces.ts'
import { State } from './state.ts'
import type { Word } from './word.ts'

/**
 * The parts of the interpreter that need each other, given to each as a parameter: a command has words,
 * words have substitutions, and substitutions have commands.
 */
export interface Interpreter {
  readonly script: (walk: Walk, script: Script) => void
  readonly command: (walk: Walk, node: CommandSyntax) => void
  readonly run: (walk: Walk, words: readonly ExpandedWord[], how: RunOptions) => void
  readonly text: (walk: Walk, text: string, range: Range) => void
  readonly words: (walk: Walk, node: WordNode) => readonly ExpandedWord[]
  readonly part: (walk: Walk, part: WordPart, isQuoted: boolean) => readonly Piece[]
}

/** The two ends of a command in a pipeline: names of files, each with a NUL behind it, and nothing else. */
export interface Pipe {
  readonly input: Word | undefined
  /** Set by the command when that is all that it prints. */
  output: Word | undefined
}

/** How a command comes to be run. */
export interface RunOptions {
  readonly range: Range
  /** By another program, which knows nothing of the shell's functions. */
  readonly isIndirect?: boolean
  /** A rule for the program that runs it is enough. */
  readonly isVouchedFor?: boolean
  /** Arguments are added that cannot be known. */
  readonly addsArguments?: boolean
  /** What it is given and gives on, where that is known. */
  readonly pipe?: Pipe | undefined
  /** Why the command cannot be judged by its words, whatever they are. */
  readonly unknown?: string | undefined
}

interface WalkFields {
  readonly interpreter: Interpreter
  readonly findings: Findings
  readonly context: EffectContext
  readonly shell: Shell | undefined
  readonly source: string
  readonly within?: Range | undefined
  readonly depth?: number
  readonly state?: State
  readonly behind?: Effect | undefined
  readonly isElsewhere?: boolean
  readonly isInner?: boolean
}

/** One shell that the line runs, at one place of its text. */
export class Walk {
  readonly interpreter: Interpreter
  readonly findings: Findings
  readonly context: EffectContext
  /** Which shell reads the text; undefined when nobody has said so. */
  readonly shell: Shell | undefined
  readonly source: string
  /** Where the text stands in the action's, if it is not a verbatim part of it. */
  readonly within: Range | undefined
  readonly depth: number
  readonly state: State
  /** The command that gives the text to a shell or runs what is walked, if it is not the line itself. */
  readonly behind: Effect | undefined
  /** On another machine or in a container: its files are not those of which an allow rule speaks. */
  readonly isElsewhere: boolean
  /** Inside `${…}` or `[[ … ]]`, where fewer characters are syntax. */
  readonly isInner: boolean

  constructor(fields: WalkFields) {
    this.interpreter = fields.interpreter
    this.findings = fields.findings
    this.context = fields.context
    this.shell = fields.shell
    this.source = fields.source
    this.within = fields.within
    this.depth = fields.depth ?? 0
    this.state = fields.state ?? new State()
    this.behind = fields.behind
    this.isElsewhere = fields.isElsewhere ?? false
    this.isInner = fields.isInner ?? false
  }

  /** The same text in a shell of its own: what it does stays there. */
  fork(): Walk {
    return this.with({ state: new State(this.state) })
  }

  /** The same place, one level deeper or with something else of its own. */
  with(changes: {
    readonly state?: State
    readonly source?: string
    readonly within?: Range
    readonly shell?: Shell | undefined
    readonly behind?: Effect
    readonly isElsewhere?: boolean
    readonly isInner?: boolean
    readonly deeper?: boolean
  }): Walk {
    // Each by its name: this is done for every command, and a spread costs more than the rest of it.
    return new Walk({
      interpreter: this.interpreter,
      findings: this.findings,
      context: this.context,
      // Undefined is a change too: of a shell that nobody knows.
      shell: 'shell' in changes ? changes.shell : this.shell,
      source: changes.source ?? this.source,
      within: changes.within ?? this.within,
      depth: this.depth + (changes.deeper ? 1 : 0),
      state: changes.state ?? this.state,
      behind: changes.behind ?? this.behind,
      isElsewhere: changes.isElsewhere ?? this.isElsewhere,
      isInner: changes.isInner ?? false
    })
  }

  /** Where a stretch of this text stands in the action's. */
  range(start: number, end: number): Range {
    return this.within ?? { start, end }
  }

  rangeOf(node: { readonly pos: number; readonly end: number }): Range {
    return this.range(node.pos, node.end)
  }

  written(node: { readonly pos: number; readonly end: number }): string {
    return this.source.slice(node.pos, node.end)
  }

  unknown(reason: string, node: { readonly pos: number; readonly end: number }): void {
    this.findings.addUnknown(reason, this.rangeOf(node), this.written(node))
  }

  /** Something that only bash reads in this way, where nobody has said that it is bash that reads it. */
  onlyBash(what: string, node: { readonly pos: number; readonly end: number }): void {
    if (this.shell !== 'bash') this.unknown(`shells differ in what they make of ${what}`, node)
  }
}
