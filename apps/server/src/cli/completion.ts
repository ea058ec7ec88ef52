import { type Command, createCommand, reportWrongLine } from './command.ts'
import { bashScript, fishScript, zshScript } from './completion-scripts.ts'
import { createPrinter, outputFlags } from './printer.ts'

const shells = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript
} as const

/** Creates `agentguard completion`, for the commands that there are. */
export function createCompletionCommand(others: readonly Command[]): Command {
  const command: Command = createCommand({
    name: 'completion',
    summary: 'Prints a script with which a shell completes commands and flags',
    synopsis: 'bash|zsh|fish',
    positional: Object.keys(shells),
    flags: outputFlags,
    notes: [
      'The script is made of the commands of this very version: make it anew after an update.'
    ],
    examples: [
      [
        'completion bash > /etc/bash_completion.d/agentguard',
        'for everybody, with bash-completion'
      ],
      ['completion zsh > ~/.zfunc/_agentguard', 'for zsh, into a directory of fpath'],
      ['completion fish > ~/.config/fish/completions/agentguard.fish', 'for fish']
    ],
    async run({ flags, positionals }, io) {
      const [shell, extra] = positionals
      if (shell === undefined || extra !== undefined || !Object.hasOwn(shells, shell)) {
        const message = 'completion: which shell: bash, zsh or fish?'
        reportWrongLine({ message, usage: command.usage, isJson: flags.json }, io)
        return 2
      }
      const script = shells[shell as keyof typeof shells]([...others, command])
      const printer = createPrinter(flags, io)
      if (!printer.isJson) io.out(script)
      printer.json({ shell, script })
      return 0
    }
  })
  return command
}
