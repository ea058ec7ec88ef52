import { printable } from '@agentguard/protocol/printable'
import { closest } from '../closest.ts'
import { checkCommand } from './check.ts'
import type { Command } from './command.ts'
import { isFlag, splitFlag } from './flags.ts'
import type { Io } from './io.ts'
import { serveCommand } from './serve.ts'
import { validateCommand } from './validate.ts'
import { versionCommand } from './version.ts'

const commands: ReadonlyMap<string, Command> = new Map(
  [serveCommand, validateCommand, checkCommand, versionCommand].map((one) => [one.name, one])
)

/** Commands of AgentGuard 1.0 that are not here yet. */
const planned = new Set(['approve', 'deny', 'status', 'audit', 'tenant', 'migrate'])

/** Runs the command that a line names. Resolves to the exit code of the process. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  const at = findCommand(args)
  const first = at < 0 ? undefined : args[at]
  const command = commands.get(first ?? '')
  if (command) return command.run(args.toSpliced(at, 1), io)
  if (first === 'help') return help(args.toSpliced(at, 1), io)
  return runBare(args, first, io)
}

/** A line without a command of ours. */
async function runBare(
  args: readonly string[],
  first: string | undefined,
  io: Io
): Promise<number> {
  const flags = args.filter(isFlag).map((arg) => splitFlag(arg).name)
  if (first === undefined && flags.includes('version')) return versionCommand.run([], io)
  if (first === undefined && flags.some((name) => name === 'h' || name === 'help')) {
    io.err(usage())
    return 0
  }
  if (first !== undefined) io.err(`${printable(describeUnknown(first))}\n`)
  io.err(usage())
  return 1
}

/** Where the command is: the first argument that is neither a flag nor the value of one. */
function findCommand(args: readonly string[]): number {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string
    if (!isFlag(arg)) return at
    if (takesValue(arg)) at++
  }
  return -1
}

/** Whether a flag in front of the command takes the next argument: if it does in every command. */
function takesValue(arg: string): boolean {
  const { name, text } = splitFlag(arg)
  const known = [...commands.values()].flatMap(({ flags }) =>
    Object.hasOwn(flags, name) ? [flags[name]] : []
  )
  return text === undefined && known.length > 0 && known.every((flag) => flag?.value !== undefined)
}

function help(args: readonly string[], io: Io): number {
  const [name] = args.filter((arg) => !isFlag(arg))
  if (name === undefined || name === 'help') {
    io.out(usage())
    return 0
  }
  const command = commands.get(name)
  if (command) {
    io.out(command.usage)
    return 0
  }
  io.err(`${printable(describeUnknown(name))}\n${usage()}`)
  return 1
}

function describeUnknown(name: string): string {
  if (planned.has(name)) return `command ${name} is not supported by this version yet`
  const likely = closest(name, [...commands.keys(), 'help'])
  return `unknown command ${JSON.stringify(name)}${likely === undefined ? '' : ` (did you mean ${likely}?)`}`
}

function usage(): string {
  const lines = [...commands.values()].map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`)
  return `AgentGuard answers what an AI agent may do, before it does it.

Usage: agentguard <command> [flags]

Commands:
${lines.join('\n')}
  help      Says how a command is used

Flags may stand anywhere on the line. \`agentguard help <command>\` lists those of a command.
`
}
