import { printable } from '@agentguard/protocol/printable'
import { createLog } from '../log.ts'
import { serve } from '../serve.ts'
import { type Command, createCommand } from './command.ts'
import { describePlannedFlag, readServeOptions, serveFlags } from './serve-options.ts'

/** `agentguard serve` */
export const serveCommand: Command = createCommand({
  name: 'serve',
  summary: 'Answers checks over HTTP',
  synopsis: '[flags]',
  flags: serveFlags,
  notes: [
    `Without an API key the server listens on this machine only, and answers only requests for localhost
or 127.0.0.1. POST /v1/check and GET /health need no key in any case.`,
    'Exit code: 0 after SIGINT or SIGTERM, 1 if the server cannot start, 2 if the line is wrong.'
  ],
  examples: [
    ['serve', 'http://127.0.0.1:8080 with configs/default.yaml'],
    ['serve --policy my.yaml --port 9000 --watch', 'a policy that is being written']
  ],
  unknownFlag: describePlannedFlag,
  async run(args, io) {
    const read = readServeOptions(args, io.env)
    if (!read.ok) {
      io.err(`${printable(read.message)}\n`)
      return read.exit
    }
    return serve(read.options, { log: createLog(io.err), stopSignal: io.stopSignal() })
  }
})
