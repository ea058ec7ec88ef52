import type { PolicyIssue } from '@agentguard/policy'
import { loadPolicyFile, type PolicyFile } from '@agentguard/policy/node'
import { printable } from '@agentguard/protocol/printable'
import { expandFiles } from '../policy/expand-files.ts'
import { formatIssue } from '../policy/format-issue.ts'
import { formatSize } from '../policy/loaded-policy.ts'
import { type Command, createCommand } from './command.ts'
import { createPrinter, outputFlags, type Printer } from './printer.ts'

/** `agentguard validate` */
export const validateCommand: Command = createCommand({
  name: 'validate',
  summary: 'Says whether policy files are valid, and what is wrong with them',
  synopsis: '[flags] [file or glob ...]',
  positional: 'file',
  flags: {
    policy: {
      default: 'configs/default.yaml',
      value: 'file',
      meaning: 'The policy file, if no files are named'
    },
    output: {
      default: 'text',
      value: 'text|json',
      meaning: 'json prints one object per file',
      choices: ['text', 'json']
    },
    strict: { default: false, meaning: 'Treats warnings as errors' },
    ...outputFlags
  },
  notes: [
    `Globs are expanded by the command itself, so quote them. Files named *.test.yaml are passed over: they
hold the cases of a policy, and \`test\` runs them.`,
    'Exit code: 0 if all files are valid, 1 if one is not, 2 if the line is wrong.'
  ],
  examples: [
    ['validate', 'the default policy'],
    ["validate 'configs/**/*.yaml' --strict", 'all policies, without a warning'],
    ['validate --policy my.yaml --output json', 'for a program']
  ],
  async run({ flags, given, positionals }, io) {
    const printer = createPrinter({ ...flags, json: flags.json || flags.output === 'json' }, io)
    const named = positionals.length === 0 || given.has('policy') ? [flags.policy] : []
    const expanded =
      positionals.length === 0
        ? ({ ok: true, files: named } as const)
        : await expandFiles([...named, ...positionals], 'policies')
    if (!expanded.ok) {
      return printer.fail({ code: 'no_file', message: expanded.message }, 'INVALID: ')
    }
    const { files } = expanded
    let exit = 0
    for (const file of files) {
      const judged = judge(file, await loadPolicyFile(file), flags.strict)
      report(judged, files.length > 1, printer)
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

function report(judged: Judged, isOneOfMany: boolean, printer: Printer): void {
  const { file, isValid, loaded, issues, warnings } = judged
  const policy = loaded.ok
    ? { name: loaded.policy.document.name, rules: loaded.ruleCount, scopes: loaded.scopeCount }
    : {}
  printer.json({ file, valid: isValid, ...policy, issues, warnings })
  const { green, red, yellow } = printer.style
  const prefix = isOneOfMany ? `${printable(file)}: ` : ''
  const [first] = issues
  if (first) printer.note(`${red('INVALID')}: ${prefix}${printable(first.message)}`)
  else if (loaded.ok) {
    const { name } = loaded.policy.document
    printer.text(`${green('VALID')}: ${prefix}${printable(name)} — ${formatSize(loaded)}`)
  }
  for (const issue of issues) printer.note(`  ${formatIssue(file, issue)}`)
  for (const warning of warnings)
    printer.note(`${yellow('WARNING')}: ${formatIssue(file, warning)}`)
}
