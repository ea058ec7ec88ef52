import { commit, version } from '../version.ts'
import { type Command, createCommand } from './command.ts'

const command = createCommand({
  name: 'version',
  summary: 'Prints the version, and the commit that it was built from',
  synopsis: '',
  flags: {},
  examples: [['version', 'which version is this?']],
  async run(_, io) {
    io.out(`agentguard ${version} (${commit})\n`)
    return 0
  }
})

/** `agentguard version`. Whatever else is on the line does not matter. */
export const versionCommand: Command = {
  ...command,
  run: (args, io) =>
    command.run(
      args.filter((arg) => /^--?h(?:elp)?$/.test(arg)),
      io
    )
}
