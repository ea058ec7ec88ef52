import type { PolicyIssue } from '@agentguard/policy'
import { loadPolicyFile, type PolicyFile } from '@agentguard/policy/node'
import { printable } from '@agentguard/protocol/printable'
import { expandFiles } from '../policy/expand-files.ts'
import { formatIssue } from '../policy/format-issue.ts'
import { formatSize } from '../policy/loaded-policy.ts'
import { type Command, createCommand } from './command.ts'
import type { Io } from './io.ts'

/** `agentguard validate` */
export const validateCommand: Command = createCommand({
  name: 'validate',
  summary: 'Says whether policy files are valid, and what is wrong with them',
  synopsis: '[flags] [file or glob ...]',
  flags: {
    policy: {
      default: 'configs/default.yaml',
      value: 'file',
      meaning: 'The policy file, if no files are named'
    },
    output: { default: 'text', value: 'text|json', meaning: 'json prints one object per file' },
    strict: { default: false, meaning: 'Treats warnings as errors' }
  },
  notes: [
    `Globs are expanded by the command itself, so quote them. Files named *.test.yaml are passed over: they
hold the cases of a policy.`,
    'Exit code: 0 if all files are valid, 1 if one is not, 2 if the line is wrong.'
  ],
  examples: [
    ['validate', 'the default policy'],
    ["validate 'configs/**/*.yaml' --strict", 'all policies, without a warning'],
    ['validate --policy my.yaml --output json', 'for a program']
  ],
  async run({ flags, given, positionals }, io) {
    if (flags.output !== 'text' && flags.output !== 'json') {
      io.err(
        `invalid value ${JSON.stringify(flags.output)} for flag -output: expected text or json\n`
      )
      return 2
    }
    const named = positionals.length === 0 || given.has('policy') ? [flags.policy] : []
    const expanded =
      positionals.length === 0
        ? ({ ok: true, files: named } as const)
        : await expandFiles([...named, ...positionals])
    if (!expanded.ok) {
      io.err(`INVALID: ${printable(expanded.message)}\n`)
      return 1
    }
    const { files } = expanded
    const report = flags.output === 'json' ? reportJson : reportText
    let exit = 0
    for (const file of files) {
      const judged = judge(file, await loadPolicyFile(file), flags.strict)
      report(judged, files.length > 1, io)
      if (!judged.isValid) exit = 1
    }
    return exit
  }
})

interface Judged {
  readonly file: string
  readonly isValid: boolean
  readonly loaded: PolicyFile
  readonly issues: readonly PolicyIssue[]
  readonly warnings: readonly PolicyIssue[]
}

function judge(file: string, loaded: PolicyFile, isStrict: boolean): Judged {
  const warnings = loaded.ok ? loaded.warnings : []
  const issues = loaded.ok ? (isStrict ? warnings : []) : loaded.issues
  return { file, isValid: issues.length === 0, loaded, issues, warnings: isStrict ? [] : warnings }
}

function reportText(
  { file, loaded, issues, warnings }: Judged,
  isOneOfMany: boolean,
  io: Io
): void {
  const prefix = isOneOfMany ? `${printable(file)}: ` : ''
  const [first] = issues
  if (first) io.err(`INVALID: ${prefix}${printable(first.message)}\n`)
  else if (loaded.ok) {
    const { name } = loaded.policy.document
    io.out(`VALID: ${prefix}${printable(name)} — ${formatSize(loaded)}\n`)
  }
  for (const issue of issues) io.err(`  ${formatIssue(file, issue)}\n`)
  for (const warning of warnings) io.err(`WARNING: ${formatIssue(file, warning)}\n`)
}

function reportJson({ file, isValid, loaded, issues, warnings }: Judged, _: boolean, io: Io): void {
  const policy = loaded.ok
    ? { name: loaded.policy.document.name, rules: loaded.ruleCount, scopes: loaded.scopeCount }
    : {}
  io.out(`${JSON.stringify({ file, valid: isValid, ...policy, issues, warnings })}\n`)
}
