import { healthSchema } from '@agentguard/protocol'
import { printable } from '@agentguard/protocol/printable'
import { readWire } from '../client/read-wire.ts'
import { createServerClient } from '../client/server-client.ts'
import { checkKey } from '../doctor/check-key.ts'
import { checkPolicy } from '../doctor/check-policy.ts'
import { checkPort } from '../doctor/check-port.ts'
import { checkSameServer, checkServer } from '../doctor/check-server.ts'
import { checkDatabase, checkLogTail, checkSigningKey } from '../doctor/check-state.ts'
import { checkUrl } from '../doctor/check-url.ts'
import { checkVolume } from '../doctor/check-volume.ts'
import { type Finding, fail, ok, warn } from '../doctor/finding.ts'
import { findIdleOptions } from '../serve/find-idle-options.ts'
import { dataPaths } from '../state/data-directory.ts'
import { version } from '../version.ts'
import { clientFlags, findClient } from './client-options.ts'
import { type Command, createCommand } from './command.ts'
import { readEnvironment, readSecret } from './environment.ts'
import { type Arguments, type Flags, unlisted } from './flags.ts'
import type { Io } from './io.ts'
import { logFlags, logPath } from './log-options.ts'
import { createPrinter, outputFlags, type Printer } from './printer.ts'
import { serveFlags } from './serve-flags.ts'
import { readServeOptions, readServeSecrets } from './serve-options.ts'

const doctorFlags = {
  ...unlisted(serveFlags),
  policy: {
    default: 'configs/default.yaml',
    value: 'file',
    meaning: 'The policy file of the server'
  },
  port: { default: 8080, value: 'number', meaning: 'The port of the server' },
  'base-url': { default: '', value: 'url', meaning: 'Where clients reach the server' },
  'tls-terminated-upstream': {
    default: false,
    meaning: 'As for serve: TLS ends before the server'
  },
  offline: { default: false, meaning: 'Asks no server' },
  strict: { default: false, meaning: 'Exits with 1 for warnings, too' },
  ...logFlags,
  ...clientFlags,
  ...outputFlags
} as const satisfies Flags

type DoctorArguments = Arguments<typeof doctorFlags>

/** `agentguard doctor` */
export const doctorCommand: Command = createCommand({
  name: 'doctor',
  summary: 'Says what is misconfigured, and how to put it right',
  synopsis: '[the flags of your serve]',
  flags: doctorFlags,
  notes: [
    `Give it the flags that serve gets, and its environment; it takes all of them. It changes nothing, but for a file in the data directory that it writes
and deletes. The key is never shown.`,
    'Exit code: 0 if nothing is wrong, 1 if something is (with --strict also for warnings), 2 if the line is wrong.'
  ],
  examples: [
    ['doctor --policy my.yaml --data-dir /var/lib/agentguard', 'this machine'],
    ['doctor --url https://guard.example --json', 'with a server elsewhere, for a program']
  ],
  async run(args, io) {
    const printer = createPrinter(args.flags, io)
    const { flags, positionals } = args
    const wrongPort = !Number.isInteger(flags.port) || flags.port < 1 || flags.port > 65_535
    if (positionals[0] !== undefined || wrongPort) {
      const message = wrongPort
        ? 'invalid --port'
        : `unexpected argument ${JSON.stringify(positionals[0])}`
      printer.fail({ code: 'wrong_line', message }, 'doctor: ')
      return 2
    }
    const findings = [...(await checkMachine(args, io)), ...(await checkServers(args, io))]
    report(findings, printer)
    const bad = findings.filter(
      ({ status }) => status === 'fail' || (flags.strict && status === 'warn')
    )
    return bad.length > 0 ? 1 : 0
  }
})

/** What can be found out here. */
async function checkMachine(line: DoctorArguments, io: Io): Promise<Finding[]> {
  const { flags } = line
  const key = flags['api-key'] || readSecret(io.env, 'AGENTGUARD_API_KEY')
  const paths = dataPaths(flags['data-dir'])
  const url = {
    baseUrl: flags['base-url'],
    isTlsTerminatedUpstream: flags['tls-terminated-upstream'],
    hasKey: key !== undefined
  }
  return [
    ok('version', `agentguard ${version} on Node ${process.versions.node}`),
    ...checkKey({ key, isOnLine: flags['api-key'] !== '' }),
    ...checkUrl(url),
    ...checkLine(line, io),
    ...(await attempt('policy', () => checkPolicy(flags.policy))),
    ...(await attempt('volume', () => checkVolume(flags['data-dir']))),
    ...(await attempt('database', () => checkDatabase(paths.database))),
    ...(await attempt('audit_log', () => checkLogTail(logPath(flags), Date.now()))),
    ...(await attempt('signing_key', () => checkSigningKey(paths)))
  ]
}

/** Whether `serve` would take the line, and what of it would do nothing. */
function checkLine(line: DoctorArguments, io: Io): Finding[] {
  const read = readServeOptions(line, readServeSecrets(io))
  if (!read.ok) {
    return [fail('serve_line', read.message, 'agentguard serve --help lists what it takes.')]
  }
  const idle = findIdleOptions(read.options)
  if (idle.length === 0) return [ok('serve_line', 'serve takes these flags')]
  return idle.map(({ id, message, fix }) => warn(id, message, fix))
}

/** What a server says. Without --url it is the one of this port, and it need not be there. */
async function checkServers({ flags }: DoctorArguments, io: Io): Promise<Finding[]> {
  if (flags.offline) return []
  const local = `http://127.0.0.1:${flags.port}`
  const env = readEnvironment(io.env)
  const given = flags.url || env.url || flags['base-url']
  const localClient = createServerClient({ url: local, timeoutMs: 2000 })
  const isOurs = async (): Promise<boolean> => {
    const reply = await localClient.request('health')
    return reply.ok && readWire(healthSchema, reply.body) !== undefined
  }
  const port = await checkPort(flags.port, isOurs)
  const found = findClient({ ...flags, url: given || local }, io)
  if (!found.ok)
    return [port, fail('server', found.message, 'Look at --url, --base-url and the key.')]
  const isRunning = port.message.startsWith('an AgentGuard server')
  // That nobody listens is what one wants to hear before a start.
  if (given === '' && !isRunning) return [port]
  const expected = {
    hasKey: found.apiKey !== undefined,
    version,
    now: Date.now,
    isRequired: given !== ''
  }
  const isElsewhere = isRunning && flags['base-url'] !== '' && given === flags['base-url']
  return [
    port,
    ...(await checkServer(found.client, expected)),
    ...(isElsewhere ? await checkSameServer(localClient, found.client) : [])
  ]
}

/** What cannot be looked at is a finding, too. */
async function attempt(id: string, check: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await check()
  } catch (error) {
    return [
      fail(
        id,
        `it cannot be looked at: ${(error as Error).message}`,
        'Look at its owner and rights.'
      )
    ]
  }
}

function report(findings: readonly Finding[], printer: Printer): void {
  const { style } = printer
  const paint = { ok: style.green, warn: style.yellow, fail: style.red }
  for (const { id, status, message, fix } of findings) {
    printer.text(`${paint[status](status.padEnd(4))}  ${id.padEnd(20)}  ${printable(message)}`)
    if (fix) printer.text(`${' '.repeat(28)}${style.dim('fix:')} ${printable(fix)}`)
  }
  const count = (status: Finding['status']): number =>
    findings.filter((finding) => finding.status === status).length
  const summary = { ok: count('ok'), warn: count('warn'), fail: count('fail') }
  printer.text('', `${summary.ok} ok, ${summary.warn} to look at, ${summary.fail} wrong`)
  printer.json({ findings, ...summary })
}
