import { contextFlags } from './context-flags.ts'
import type { Flags } from './flags.ts'

const stateFlags = {
  'data-dir': {
    default: '.',
    value: 'directory',
    meaning: 'Where the database, the audit log and the keys are. One server at a time has it'
  },
  persist: { default: true, meaning: 'Whether approvals, budgets and tenants outlive the process' },
  'store-dsn': {
    default: '',
    value: 'dsn',
    meaning: 'A database that several servers share. Not supported by this version'
  },
  'approval-validity': {
    default: '5m',
    value: 'duration',
    meaning: 'How long the answer of a person counts; 0 is for ever'
  },
  'session-cost-ttl': {
    default: '0',
    value: 'duration',
    meaning: 'When the costs of an idle session are forgotten; 0 is never'
  },
  'session-cost-sweep-interval': {
    default: '0',
    value: 'duration',
    meaning: 'How often idle sessions are looked for',
    defaultText: 'a quarter of --session-cost-ttl, and a minute at least'
  },
  'approval-links': {
    default: false,
    meaning:
      'Notifications by Slack and webhook have links with which whoever reads them may answer once, without signing in'
  },
  'slack-approvers': {
    default: '',
    value: 'ids',
    meaning:
      'Who may answer with the buttons in Slack: <team>/<user>, separated by commas. Needs AGENTGUARD_SLACK_SIGNING_SECRET'
  },
  'notify-spool': {
    default: '',
    value: 'file',
    meaning: 'Where notifications are kept that could not be delivered',
    defaultText: 'notifications.dead.jsonl in --data-dir'
  }
} as const satisfies Flags

const auditFlags = {
  'audit-log': {
    default: '',
    value: 'file',
    meaning: 'The audit log',
    defaultText: 'audit.jsonl in --data-dir'
  },
  'audit-backend': {
    default: 'file',
    value: 'file|store',
    meaning: 'Whether the audit log is a file or a table of the database'
  },
  'audit-durability': {
    default: 'fsync',
    value: 'fsync|written|async',
    meaning:
      'What an entry has survived before its verdict is answered: a loss of power, the end of the process, or nothing'
  },
  'audit-max-size-mb': {
    default: 100,
    value: 'MiB',
    meaning: 'When a file of the audit log is closed and the next one started; 0 is never'
  },
  'audit-max-backups': {
    default: 5,
    value: 'number',
    meaning: 'How many closed files are kept, besides those younger than a day; 0 is all'
  },
  'audit-max-age-days': {
    default: 30,
    value: 'days',
    meaning: 'How long closed files are kept; 0 is for ever'
  },
  'audit-compress': { default: true, meaning: 'Whether closed files are compressed' },
  'audit-source-mb-per-hour': {
    default: 8192,
    value: 'MiB',
    meaning: 'How much one peer may write into the audit log in an hour; 0 is no bound'
  }
} as const satisfies Flags

const limitFlags = {
  'max-connections': {
    default: 20_000,
    value: 'number',
    meaning: 'How many connections are open at once'
  },
  'max-in-flight': {
    default: 2_048,
    value: 'number',
    meaning: 'How many requests are worked on at once'
  },
  'max-waiting': {
    default: 4_096,
    value: 'number',
    meaning: 'How many clients wait for approvals at once'
  },
  'max-body-memory-mb': {
    default: 256,
    value: 'MiB',
    meaning: 'How much memory the bodies of requests may use together'
  },
  'peer-rate': {
    default: 30_000,
    value: 'number',
    meaning: 'How many requests in a second one peer may make; 0 is no bound'
  },
  'agent-rate': {
    default: 20_000,
    value: 'number',
    meaning: 'How many actions in a second one agent may ask about; 0 is no bound'
  }
} as const satisfies Flags

/** Flags of AgentGuard 1.0 that have nothing left to do here. They are accepted, and that is said. */
export const idleFlags = {
  'audit-queue-size': {
    default: 1024,
    value: 'number',
    meaning: 'No effect: nothing is answered before it is written'
  },
  'audit-workers': {
    default: 4,
    value: 'number',
    meaning: 'No effect: one writer keeps the order'
  },
  'audit-overflow-path': {
    default: '',
    value: 'file',
    meaning: 'No effect, but that what is left in such a file is taken over'
  },
  'audit-buffered': {
    default: true,
    meaning: 'No effect: entries are written in groups, and each before its verdict is answered'
  },
  'reconcile-interval': {
    default: '2s',
    value: 'duration',
    meaning: 'No effect: there is one server to a database'
  },
  'node-id': {
    default: '',
    value: 'name',
    meaning: 'No effect: there is one server to a database'
  },
  'debug-pprof': {
    default: false,
    meaning: 'No effect: no diagnostics port is opened. Use node --inspect or --cpu-prof'
  },
  'debug-pprof-port': { default: 6060, value: 'number', meaning: 'No effect: see --debug-pprof' }
} as const satisfies Flags

/** The flags of `serve`. */
export const serveFlags = {
  policy: { default: 'configs/default.yaml', value: 'file', meaning: 'The policy file' },
  port: { default: 8080, value: 'number', meaning: 'The port to listen on; 0 takes a free one' },
  host: {
    default: '',
    value: 'address',
    meaning: 'The address to listen on. Without an API key it must be a loopback address',
    defaultText: '127.0.0.1 without an API key, all interfaces with one'
  },
  'api-key': {
    default: '',
    value: 'key',
    meaning: 'The API key. AGENTGUARD_API_KEY does the same and does not show in process lists'
  },
  'check-auth': {
    default: 'optional',
    value: 'optional|required',
    meaning:
      'Whether who asks about an action needs a credential. One that is sent is looked at in any case'
  },
  'base-url': {
    default: '',
    value: 'url',
    meaning: 'Where clients reach this server, if not directly',
    defaultText: 'http://localhost:<port>'
  },
  'allowed-origin': {
    default: '',
    value: 'origin',
    meaning: 'The origin whose web pages may read answers',
    defaultText: 'those of this machine, on any port'
  },
  'allowed-host': {
    default: '',
    value: 'names',
    meaning: 'The only host names that are answered for, separated by commas',
    defaultText: 'this machine without an API key, all with one'
  },
  'trusted-proxy': {
    default: '',
    value: 'addresses',
    meaning:
      'Addresses and ranges of proxies whose X-Forwarded-For is believed, separated by commas'
  },
  'tls-terminated-upstream': {
    default: false,
    meaning: 'Browsers reach this server by https, through a proxy'
  },
  dashboard: { default: false, meaning: 'Serves the web page, and /api for it' },
  watch: {
    default: false,
    meaning: 'Says when a changed policy has come into force. Changes are always followed'
  },
  'access-log': { default: false, meaning: 'Writes a line for each request' },
  'log-format': {
    default: 'text',
    value: 'text|json',
    meaning: 'How the log on standard error is written'
  },
  json: {
    default: false,
    meaning: 'Writes the log as JSON: the same as --log-format json. Errors are JSON, too'
  },
  otel: {
    default: false,
    meaning:
      'Sends traces and metrics by OpenTelemetry, as the OTEL_* variables say. Needs @opentelemetry/sdk-node'
  },
  ...contextFlags,
  ...stateFlags,
  ...auditFlags,
  ...limitFlags,
  ...idleFlags
} as const satisfies Flags
