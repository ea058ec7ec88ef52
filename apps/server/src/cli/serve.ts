import { createLog, type Log } from '../log.ts'
import { type Command, createCommand } from './command.ts'
import type { Io } from './io.ts'
import { reportFailure } from './printer.ts'
import { serveFlags } from './serve-flags.ts'
import { readServeOptions, readServeSecrets } from './serve-options.ts'

/** `agentguard serve` */
export const serveCommand: Command = createCommand({
  name: 'serve',
  summary: 'Answers checks over HTTP',
  synopsis: '[flags]',
  flags: serveFlags,
  notes: [
    `Without an API key the server listens on this machine only, and answers only requests for localhost
or 127.0.0.1. POST /v1/check and GET /health need no key in any case.`,
    `Secrets come from the environment, or from files that it names: AGENTGUARD_API_KEY, AGENTGUARD_WEBHOOK_SECRET
(webhooks are signed with it) and AGENTGUARD_SLACK_SIGNING_SECRET (Slack messages get buttons), each also with _FILE.`,
    'Exit code: 0 after SIGINT or SIGTERM, 1 if the server cannot start, 2 if the line is wrong.'
  ],
  examples: [
    ['serve', 'http://127.0.0.1:8080 with configs/default.yaml'],
    ['serve --policy my.yaml --port 9000 --watch', 'a policy that is being written']
  ],
  async run(args, io) {
    const read = readServeOptions(args, readServeSecrets(io))
    if (!read.ok) {
      reportFailure({ message: read.message, code: 'wrong_line' }, { isJson: args.flags.json }, io)
      return read.exit
    }
    // Loaded late: no other command needs it.
    const { serve } = await import('../serve.ts')
    return serve(read.options, {
      log: await openLog(read.logFormat, io),
      writeConsole: io.out,
      env: io.env,
      stopSignal: io.stopSignal()
    })
  }
})

async function openLog(format: 'text' | 'json', io: Io): Promise<Log> {
  if (format === 'text') return createLog(io.err)
  const { createJsonLog } = await import('../json-log.ts')
  return createJsonLog(io.err)
}
