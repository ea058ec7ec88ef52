import type { Command } from '../src/cli/command.ts'
import { commandList } from '../src/cli/commands.ts'
import { type Flag, listedFlags } from '../src/cli/flags.ts'

/** Between these the reference of the commands stands in `docs/cli.md`. */
export const referenceMarks = {
  start: '<!-- reference: made by apps/server/scripts/write-cli-reference.ts -->',
  end: '<!-- end of the reference -->'
} as const

/** The reference of all commands, as Markdown. */
export function cliReference(): string {
  return commandList.map(describeCommand).join('\n')
}

function describeCommand({ name, summary, usage, flags }: Command): string {
  const synopsis = usage.split('\n', 1)[0]?.replace('Usage: ', '') ?? ''
  const notes = usage
    .split('\n\n')
    .filter((part) => part.startsWith('Exit code: '))
    .map((part) => `\n${part.replaceAll('\n', ' ')}\n`)
  const rows = listedFlags(flags).map(describeFlag)
  const table =
    rows.length === 0
      ? ''
      : `\n${['| flag | default | |', '| --- | --- | --- |', ...rows].join('\n')}\n`
  return `### ${name}\n\n\`${synopsis}\`\n\n${summary}.\n${table}${notes.join('')}`
}

function describeFlag([name, flag]: readonly [string, Flag]): string {
  const { value, meaning } = flag
  const text = flag.defaultText ?? String(flag.default)
  const cells = [
    `\`--${name}${value === undefined ? '' : ` <${value.replaceAll('|', '\\|')}>`}\``,
    text === '' ? 'none' : escapeCell(text),
    escapeCell(meaning)
  ]
  return `| ${cells.join(' | ')} |`
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*')
}
