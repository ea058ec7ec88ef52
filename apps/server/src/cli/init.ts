import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { compilePolicy } from '@agentguard/policy'
import { printable } from '@agentguard/protocol/printable'
import {
  type AgentKind,
  type InitAnswers,
  type RiskAnswer,
  workspaceProblem,
  writePolicy
} from '../init/policy-template.ts'
import { type Command, createCommand } from './command.ts'
import type { Arguments, Flags } from './flags.ts'
import type { Io } from './io.ts'
import { createPrinter, outputFlags } from './printer.ts'

const kinds = ['coding', 'research', 'tools'] as const satisfies readonly AgentKind[]
const risks = ['ask', 'deny'] as const satisfies readonly RiskAnswer[]

const initFlags = {
  out: { default: 'agentguard.yaml', value: 'file', meaning: 'The policy file to write' },
  kind: {
    default: '',
    value: kinds.join('|'),
    meaning: 'What the agent is for',
    defaultText: 'asked; coding',
    choices: ['', ...kinds]
  },
  workspace: {
    default: '',
    value: 'directory',
    meaning: 'Where it reads and writes, as its actions name it',
    defaultText: 'asked; workspace'
  },
  risk: {
    default: '',
    value: risks.join('|'),
    meaning: 'Whether a person is asked about what cannot be taken back, or it is refused',
    defaultText: 'asked; ask',
    choices: ['', ...risks]
  },
  yes: { default: false, meaning: 'Asks nothing: what is not given is the default' },
  force: { default: false, meaning: 'Writes over files that are there' },
  ...outputFlags
} as const satisfies Flags

type InitArguments = Arguments<typeof initFlags>

/** `agentguard init` */
export const initCommand: Command = createCommand({
  name: 'init',
  summary: 'Asks three questions and writes a first policy, with comments and cases',
  synopsis: '[flags]',
  flags: initFlags,
  notes: [
    'Without a terminal nothing is asked, as with --yes. The cases are in a file beside it, named *.test.yaml.',
    'Exit code: 0 written, 1 not written, also if a file is there, 2 the line is wrong.'
  ],
  examples: [
    ['init', 'asks'],
    ['init --kind coding --workspace /workspace --risk ask --out policy.yaml', 'asks nothing']
  ],
  async run(args, io) {
    const printer = createPrinter(args.flags, io)
    const fail = (code: string, message: string): number =>
      printer.fail({ code, message }, 'init: ')
    const { out, force } = args.flags
    if (args.positionals[0] !== undefined || !/\.ya?ml$/.test(out) || /\.test\.ya?ml$/.test(out)) {
      const extra = args.positionals[0]
      fail(
        'wrong_line',
        extra === undefined
          ? '--out must end with .yaml or .yml'
          : `unexpected argument ${JSON.stringify(extra)}`
      )
      return 2
    }
    const casesFile = out.replace(/\.(ya?ml)$/, '.test.$1')
    try {
      for (const file of [out, casesFile]) {
        if (!force && (await exists(file))) {
          return fail('exists', `${file} is there already. --force writes over it`)
        }
      }
      const answers = await findAnswers(args, io)
      const problem = workspaceProblem(answers.workspace)
      if (problem !== undefined) return fail('wrong_workspace', problem)
      const { policy, cases } = writePolicy(answers, basename(out))
      const compiled = compilePolicy(policy, { file: out })
      if (!compiled.ok)
        throw new Error(`INVARIANT: the template is no policy: ${compiled.issues[0]?.message}`)
      await mkdir(dirname(out), { recursive: true })
      await writeWhole(out, policy, force)
      await writeWhole(casesFile, cases, force)
      printer.json({ policy: out, cases: casesFile, rules: compiled.ruleCount, ...answers })
      printer.text(
        printable(
          `Wrote ${out}: ${compiled.ruleCount} rules, and ${casesFile}: what they promise.`
        ),
        '',
        'Next:',
        printable(`  agentguard test ${casesFile}`),
        printable(
          `  agentguard check --policy ${out} --scope shell --command 'git push' --explain`
        ),
        printable(`  agentguard serve --policy ${out}`)
      )
      return 0
    } catch (error) {
      return fail('failed', (error as Error).message)
    }
  }
})

async function findAnswers({ flags }: InitArguments, io: Io): Promise<InitAnswers> {
  const ask = flags.yes || flags.json ? undefined : io.terminal?.ask
  const kind = flags.kind || (await choose(ask, 'What is the agent for?', kinds))
  const workspace =
    flags.workspace || (await askFor(ask, 'Where does it read and write?', 'workspace'))
  const risk =
    flags.risk ||
    (await choose(
      ask,
      'What it cannot take back (push, install, delete): ask a person, or deny?',
      risks
    ))
  return { kind, workspace: workspace.replace(/(?<=[^/]|^\/)\/+$/, ''), risk }
}

type Ask = ((question: string) => Promise<string>) | undefined

async function askFor(ask: Ask, question: string, byDefault: string): Promise<string> {
  return (await ask?.(`${question} [${byDefault}] `))?.trim() || byDefault
}

/** Asks until the answer is one of those that there are. The first of them is the default. */
async function choose<T extends string>(
  ask: Ask,
  question: string,
  choices: readonly [T, ...T[]]
): Promise<T> {
  for (;;) {
    const text = await askFor(ask, `${question} (${choices.join(', ')})`, choices[0])
    const chosen = choices.find((choice) => choice === text.toLowerCase())
    if (chosen) return chosen
  }
}

/** Writes a file at once or not at all. Without `isForced` it is never one that was there. */
async function writeWhole(file: string, text: string, isForced: boolean): Promise<void> {
  const target = isForced ? `${file}.tmp-${process.pid}` : file
  const handle = await open(target, 'wx', 0o644)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } catch (error) {
    await rm(target, { force: true })
    throw error
  } finally {
    await handle.close()
  }
  if (isForced) await rename(target, file)
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
