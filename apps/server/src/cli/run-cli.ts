import { closest } from '../closest.ts'
import { type Command, reportWrongLine } from './command.ts'
import { commandList } from './commands.ts'
import { describeCommands } from './describe-commands.ts'
import { EnvironmentError } from './environment.ts'
import { findCommand } from './find-command.ts'
import { isFlag, splitFlag } from './flags.ts'
import type { Io } from './io.ts'
import { asksForJson, createPrinter, reportFailure } from './printer.ts'
import { versionCommand } from './version.ts'

const commands: ReadonlyMap<string, Command> = new Map(commandList.map((one) => [one.name, one]))

/** The name of the command of a line; '' without one. */
export function nameOfCommand(args: readonly string[]): string {
  return findCommand(args, commands).command?.name ?? ''
}

/** Runs the command that a line names. Resolves to the exit code of the process. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  const { command, words, rest } = findCommand(args, commands)
  if (command) return runCommand(command, rest, io)
  const [first] = words
  if (first === 'help') return help(rest, io)
  const flags = args.filter(isFlag).map((arg) => splitFlag(arg).name)
  if (first === undefined && flags.includes('version')) return versionCommand.run(rest, io)
  const parts = partsOf(first)
  const text = usage(parts.length > 0 ? parts : commandList)
  if (words.length < 2 && (first === undefined || parts.length > 0)) {
    const isHelp = flags.some((name) => name === 'h' || name === 'help')
    io.err(text)
    return isHelp ? 0 : 1
  }
  return wrong(describeUnknown(words), text, asksForJson(args), io)
}

async function runCommand(command: Command, args: readonly string[], io: Io): Promise<number> {
  try {
    return await command.run(args, io)
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error
    const { message } = error
    reportFailure({ message, code: 'unreadable' }, { isJson: asksForJson(args) }, io)
    return 1
  }
}

function help(args: readonly string[], io: Io): number {
  const words = args.filter((arg) => !isFlag(arg))
  const printer = createPrinter({ json: asksForJson(args), 'no-color': true }, io)
  if (words.length === 0 || words[0] === 'help') {
    printer.text(usage(commandList).trimEnd())
    printer.json(describeCommands(commandList))
    return 0
  }
  const name = words.join(' ')
  const command = commands.get(name)
  const parts = partsOf(name)
  if (!command && parts.length === 0) {
    return wrong(describeUnknown(words), usage(commandList), asksForJson(args), io)
  }
  if (command) printer.text(command.usage.trimEnd())
  if (parts.length > 0) printer.text(`${command ? '\n' : ''}${usage(parts).trimEnd()}`)
  printer.json(describeCommands(command ? [command, ...parts] : parts))
  return 0
}

/** The commands that are parts of one: `tenant put` of `tenant`. */
function partsOf(name: string | undefined): Command[] {
  return name === undefined ? [] : commandList.filter((one) => one.name.startsWith(`${name} `))
}

function wrong(message: string, text: string, isJson: boolean, io: Io): number {
  reportWrongLine({ message, usage: text, isJson }, io)
  return 1
}

function describeUnknown(words: readonly string[]): string {
  const name = words.join(' ')
  const likely = closest(name, [...commands.keys(), 'help'])
  return `unknown command ${JSON.stringify(name)}${likely === undefined ? '' : ` (did you mean ${likely}?)`}`
}

function usage(listed: readonly Command[]): string {
  const width = Math.max(...listed.map(({ name }) => name.length), 'help'.length) + 2
  const lines = listed.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`)
  return `AgentGuard answers what an AI agent may do, before it does it.

Usage: agentguard <command> [flags]

Commands:
${lines.join('\n')}
  ${'help'.padEnd(width)}Says how a command is used

Flags may stand anywhere on the line. \`agentguard help <command>\` lists those of a command.
`
}
