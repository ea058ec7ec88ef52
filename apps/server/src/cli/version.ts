import { commit, version } from '../version.ts'
import { type Command, createCommand } from './command.ts'
import { asksForJson, createPrinter, outputFlags } from './printer.ts'

const command = createCommand({
  name: 'version',
  summary: 'Prints the version, and the commit that it was built from',
  synopsis: '[flags]',
  flags: outputFlags,
  examples: [['version', 'which version is this?']],
  async run({ flags }, io) {
    const printer = createPrinter(flags, io)
    printer.text(`agentguard ${version} (${commit})`)
    printer.json({ version, commit })
    return 0
  }
})

/** `agentguard version`. Whatever else is on the line does not matter. */
export const versionCommand: Command = {
  ...command,
  run(args, io) {
    const help = args.filter((arg) => /^--?h(?:elp)?$/.test(arg))
    return command.run([...help, ...(asksForJson(args) ? ['--json'] : [])], io)
  }
}
