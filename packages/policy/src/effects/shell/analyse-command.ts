import type { EffectContext } from '../context.ts'
import type { Effect } from '../effect.ts'
import { walkStatements } from './compound.ts'
import { expandPart, expandWord } from './expand-word.ts'
import { Findings, type Range } from './findings.ts'
import { shellLimits } from './limits.ts'
import { overlookedScript } from './overlooked-script.ts'
import { parseError, parseScript, type Script } from './parse-script.ts'
import { runCommand } from './run-command.ts'
import { excessOf, suspicion } from './suspicious-text.ts'
import { type Interpreter, Walk } from './walk.ts'
import { walkCommand } from './walk-command.ts'

const interpreter: Interpreter = {
  script: walkScript,
  command: walkCommand,
  run: runCommand,
  text: walkText,
  words: expandWord,
  part: expandPart
}

/** Finds what a command line would do if a shell ran it. `line` is the effect of the line as a whole. */
export function analyseCommand(command: string, line: Effect, context: EffectContext): Findings {
  const findings = new Findings(line)
  const range = { start: 0, end: command.length }
  if (command.length > shellLimits.maxLength) {
    findings.addUnread('the command is too long to be understood', range, command)
    return findings
  }
  const { shell } = context
  if (shell === 'powershell' || shell === 'cmd') {
    findings.addUnread(`commands of ${shell} are not understood`, range, command)
    return findings
  }
  const walk = new Walk({ interpreter, findings, context, shell, source: command, behind: line })
  walkSource(walk, command, range)
  if (findings.isExhausted) {
    findings.addUnread('there is too much of it', range, command)
  }
  return findings
}

/** Walks a text that a shell reads, such as the argument of `eval`. */
function walkText(walk: Walk, text: string, range: Range): void {
  walkSource(walk.with({ source: text, within: range }), text, range)
}

function walkSource(walk: Walk, text: string, range: Range): void {
  const { findings } = walk
  const reason = suspicion(text)
  if (reason !== undefined) findings.addUnread(reason, range, text)
  if (walk.shell === 'fish') findings.addUnknown('commands of fish are not understood', range, text)
  const excess = excessOf(text)
  if (excess !== undefined) {
    findings.addUnread(excess, range, text)
    return
  }
  const script = parseScript(text)
  walkScript(walk, script)
  if (!findings.isExhausted && overlookedScript(script, findings.walked)) {
    findings.addUnread('a part of it was not understood', range, text)
  }
}

function walkScript(walk: Walk, script: Script): void {
  const { findings } = walk
  findings.walked.add(script)
  if (parseError(script) !== undefined) {
    const text = walk.source.slice(script.pos, script.end)
    const range = walk.range(script.pos, script.end)
    findings.addUnread('it cannot be parsed', range, text, walk.source)
  }
  walkStatements(walk, script.commands)
}
