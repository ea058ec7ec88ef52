import { readFile } from 'node:fs/promises'
import { type LogPart, type VerifyProblem, type VerifyReport, verifyLog } from '@agentguard/audit'
import { readLogFiles } from '@agentguard/audit/file'
import { printable } from '@agentguard/protocol/printable'
import { dataPaths } from '../state/data-directory.ts'
import { type Command, createCommand } from './command.ts'
import { logFlags, logPath } from './log-options.ts'
import { createPrinter, outputFlags, type Printer } from './printer.ts'
import { createProgress, formatBytes, type Progress } from './progress.ts'

/** `agentguard audit verify` */
export const auditVerifyCommand: Command = createCommand({
  name: 'audit verify',
  summary: 'Says whether a log is as it was written, and how far that is proved',
  synopsis: '[flags]',
  flags: {
    ...logFlags,
    checkpoint: {
      default: '',
      value: 'file,file',
      meaning: 'Checkpoints that were kept elsewhere. Only they show that the end was cut off'
    },
    'public-key': {
      default: '',
      value: 'key|file',
      meaning: 'The verifier keys, as texts or files of them, with commas between',
      defaultText: 'audit-signing-key.pem.pub in the data directory, if it is there'
    },
    ...outputFlags
  },
  notes: [
    `A key that lies beside the log proves less than one that you kept: who can change the one can change
the other.`,
    `Exit code: 0 if nothing is wrong and lines are proved by signatures; 1 if something is wrong, the log cannot be
read, or nothing in it is signed with a key that was given; 2 if the line is wrong; 3 if nothing is wrong and nothing
is proved either: there is no key, no signature, or no seal.`
  ],
  examples: [
    ['audit verify', 'the log of this directory'],
    [
      'audit verify --audit-log /var/lib/agentguard/audit.jsonl --checkpoint kept.txt',
      'up to its end'
    ],
    ['audit verify --public-key guard.example+c74f20a3+AQ… --json', 'for a program']
  ],
  async run({ flags, positionals }, io) {
    const printer = createPrinter(flags, io)
    if (positionals[0] !== undefined) {
      const message = `unexpected argument ${JSON.stringify(positionals[0])}`
      printer.fail({ code: 'wrong_line', message }, 'audit verify: ')
      return 2
    }
    const progress = createProgress(io)
    try {
      const file = logPath(flags)
      const keys = await findKeys(flags['public-key'], flags['data-dir'])
      const checkpoints = await Promise.all(listOf(flags.checkpoint).map(readCheckpoint))
      const parts = { count: 0 }
      const read = counted(readLogFiles(file), parts, progress)
      const report = await verifyLog(read, { keys: keys.texts, checkpoints }).finally(progress.end)
      if (parts.count === 0 && report.ok) throw new Error(`there is no log at ${file}`)
      return tell(report, { keys, checkpoints: checkpoints.length }, printer)
    } catch (error) {
      progress.end()
      return printer.fail(
        { code: 'unreadable', message: (error as Error).message },
        'audit verify: '
      )
    }
  }
})

interface Keys {
  readonly texts: readonly string[]
  readonly from: 'given' | 'beside_the_log' | 'nowhere'
}

async function findKeys(given: string, directory: string): Promise<Keys> {
  if (given !== '') {
    const texts = await Promise.all(listOf(given).map(readKeys))
    return { texts: texts.flat(), from: 'given' }
  }
  try {
    const texts = await readKeys(`${dataPaths(directory).signingKey}.pub`)
    return { texts, from: 'beside_the_log' }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return { texts: [], from: 'nowhere' }
  }
}

/** A key, or the keys of a file, a line each. */
async function readKeys(text: string): Promise<string[]> {
  if (/^[^\s+]+\+[0-9a-f]{8}\+\S+$/u.test(text)) return [text]
  const lines = (await readText(text)).split('\n').map((line) => line.trim())
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#'))
  if (keys.length === 0) throw new Error(`${text} holds no verifier key`)
  return keys
}

/** A checkpoint. What copies it likes to end it with an empty line, which no signed note has. */
async function readCheckpoint(file: string): Promise<string> {
  return `${(await readText(file)).trimEnd()}\n`
}

function listOf(text: string): string[] {
  return text.split(',').filter((item) => item !== '')
}

function readText(file: string): Promise<string> {
  return readFile(file, 'utf8')
}

async function* counted(
  parts: AsyncIterable<LogPart>,
  seen: { count: number },
  progress: Progress
): AsyncGenerator<LogPart> {
  let bytes = 0
  for await (const part of parts) {
    seen.count++
    yield {
      ...part,
      async *chunks() {
        for await (const chunk of part.chunks()) {
          bytes += chunk.length
          progress.update(() => `verifying ${part.name}: ${formatBytes(bytes)}`)
          yield chunk
        }
      }
    }
  }
}

/** What a log was verified against. */
interface Against {
  readonly keys: Keys
  /** How many were given. */
  readonly checkpoints: number
}

/** Nothing is wrong, and nothing is proved. */
const unprovedExit = 3

/** Says what was found. Returns the exit code. */
function tell(report: VerifyReport, against: Against, printer: Printer): number {
  const { keys } = against
  const message = report.ok ? findUnproved(report, keys) : undefined
  const unproved =
    message === undefined ? {} : { ok: false, problem: { code: 'unproved', message } }
  const { provenSize: proven_size, ...said } = report
  const checked = { proven_size, keys: keys.texts.length, keys_from: keys.from }
  printer.json({ ...said, ...unproved, ...checked })
  if (message !== undefined) printer.note(`${printer.style.red('NOT PROVED')}: ${message}`)
  print(report, message === undefined, printer)
  printer.text(...describeProof(report, against).map((line) => `  ${line}`))
  if (!report.ok) return 1
  if (message === undefined) return 0
  // Whoever gives a key asks what it has signed: perhaps another log was put in the place of that one.
  return keys.from === 'given' ? 1 : unprovedExit
}

const soon = 'A server signs when it starts, when it stops, and within a minute of new lines'

/** Why a log in which nothing is wrong proves nothing. Anybody can write lines that agree with each other. */
function findUnproved(report: VerifyReport, keys: Keys): string | undefined {
  const { from, size, provenSize, counts } = report
  if (provenSize > from) return undefined
  if (keys.from === 'given') {
    return `no line of it is signed with the key that was given. ${soon}`
  }
  if (size === from) {
    return counts.unsealed === 0
      ? 'it has no lines'
      : 'it is not sealed: anybody can have changed it'
  }
  if (keys.from === 'nowhere') {
    return 'no signature was checked: no key was given and none lies in the data directory (--public-key)'
  }
  return `no line of it is signed with the key beside it. ${soon}`
}

function print(report: VerifyReport, isProved: boolean, printer: Printer): void {
  const { ok, problem, counts, size, from } = report
  const range = size > from ? ` (lines ${from} to ${size - 1})` : ''
  const sealed = `${size - from} sealed lines${range}: ${counts.entries} entries, ${counts.events} events, ${counts.redacted} redacted`
  if (ok && isProved) printer.text(`${printer.style.green('VERIFIED')}: ${sealed}`)
  if (ok && !isProved) printer.text(`Consistent in itself: ${sealed}`)
  if (problem) {
    printer.note(`${printer.style.red('FAILED')}: ${printable(describeProblem(problem))}`)
    printer.text(`In order before that: ${sealed}`)
  }
}

function describeProblem({ code, message, part, line, seq }: VerifyProblem): string {
  const where = [
    ...(part === undefined ? [] : [part]),
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(seq === undefined ? [] : [`seq ${seq}`])
  ]
  return `${code}: ${message}${where.length === 0 ? '' : ` (${where.join(', ')})`}`
}

/** How far what was found is proved, and what would prove more. */
function describeProof(report: VerifyReport, { keys, checkpoints }: Against): string[] {
  const { from, size, provenSize, uncompared, counts } = report
  const behind = size - Math.max(provenSize, from)
  const lines = [
    [provenSize > 0, `Proved by signatures: the first ${provenSize} of ${size} lines.`],
    [
      provenSize > 0 && behind > 0,
      `${behind} lines behind them are only consistent in themselves.`
    ],
    [
      keys.from === 'beside_the_log',
      'The key was found beside the log: give one that you kept elsewhere (--public-key).'
    ],
    [
      checkpoints === uncompared,
      'Lines may be missing at the end: give a checkpoint that you kept elsewhere (--checkpoint).'
    ],
    [
      uncompared > 0,
      `${uncompared} of the checkpoints that were given say nothing: they end before line ${from}, the first that is left.`
    ],
    [from > 0, `Lines before ${from} were deleted, as the log itself says.`],
    [
      counts.unsealed > 0,
      `${counts.unsealed} lines are from before the log was sealed: changes before that cannot be known.`
    ]
  ] as const
  return lines.flatMap(([holds, line]) => (holds ? [line] : []))
}
