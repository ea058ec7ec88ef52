/**
 * The 82 weaknesses that are known of AgentGuard 1.0, and where it is shown that we do not have them. Each test
 * that is named here is looked for in its file, so that the list stays true.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../../..')
const auth = 'apps/server/test/http/auth/weaknesses.test.ts'
const http = 'apps/server/test/http/weaknesses.test.ts'
const contract = 'apps/server/test/http/approvals.contract.ts'
const approvals = 'packages/approvals/test/weaknesses.test.ts'
const audit = 'packages/audit/test/known-weaknesses.test.ts'
const limits = 'packages/rate-limiter/test/weaknesses.test.ts'
const notifier = 'packages/notifier/test/notifier.test.ts'
const cli = 'apps/server/test/cli/known-weaknesses.test.ts'
const health = 'apps/server/test/http/health.test.ts'
const metrics = 'apps/server/test/metrics/create-metrics.test.ts'
const serve = 'apps/server/test/serve.test.ts'
const restart = 'apps/server/test/state/restart.test.ts'
const torture = 'apps/server/test/torture/weaknesses.test.ts'
const secrets = 'apps/server/test/torture/secrets.test.ts'
const overload = 'apps/server/test/torture/overload.test.ts'
const admission = 'apps/server/test/http/admission/admission.test.ts'

/** A test by a part of its name, in its file. */
type Shown = readonly [file: string, name: string]

interface Weakness {
  readonly what: string
  readonly shown: readonly Shown[]
  /** Why it cannot happen, as far as that is no matter of a test. */
  readonly why?: string
}

const weaknesses: Readonly<Record<number, Weakness>> = {
  1: {
    what: 'checks cannot be made to need a credential',
    shown: [
      [auth, '1: whoever reaches the server can be made to show a credential'],
      [auth, '1: a credential asks as its own agent']
    ]
  },
  2: {
    what: 'an agent that polls can approve its own request',
    shown: [
      [auth, '2: the credential of an agent follows its own approvals and answers none'],
      [auth, '2: nobody approves what they have asked for']
    ]
  },
  3: {
    what: 'one key, without roles, end or tenant',
    shown: [[auth, '3: a credential has a role, a tenant and an end']]
  },
  4: {
    what: 'pages can read the session',
    shown: [[auth, '4: what pages can read does not hold the session']]
  },
  5: {
    what: 'any page reaches a server without a key',
    shown: [
      [auth, '5: without a key, a page under another name is refused'],
      [secrets, 'pages of other sites and other names reach nothing']
    ]
  },
  6: {
    what: 'guessing is free and unseen',
    shown: [[auth, '6: who guesses waits, is counted and told']]
  },
  7: {
    what: 'who answered is guessed from headers',
    shown: [
      [http, 'weakness 7: who answered is what let them in'],
      [auth, '7: who answers is who was let in']
    ]
  },
  8: {
    what: 'strangers learn which tenants there are',
    shown: [
      [http, 'weakness 8:'],
      [auth, '8: who shows no credential']
    ]
  },
  9: {
    what: 'no TLS, and open metrics tell names',
    shown: [[metrics, 'who may not read the log sees no name of a tenant, agent, scope or rule']],
    why: 'TLS is for what stands in front: docs/deployment.md has nginx; --tls-terminated-upstream makes cookies secure.'
  },
  10: {
    what: 'the comparison of keys leaks their length; sessions cannot be ended',
    shown: [
      [
        'packages/access/test/constant-time.test.ts',
        'weakness 10: the API key is compared in constant time'
      ],
      [auth, '10: sessions can be listed and ended'],
      [auth, '10: a page of another site signs nobody out']
    ]
  },
  11: {
    what: 'an approval is good for other arguments and costs',
    shown: [
      [contract, 'weakness 11: an approval is not good for another cost'],
      [approvals, '11: consuming is one step']
    ]
  },
  12: {
    what: 'who approves does not see what',
    shown: [
      [approvals, '12: who answers sees all that the answer is bound to'],
      ['apps/server/test/pages/page-routes.test.ts', 'who has signed in sees the whole action'],
      [
        'apps/server/test/cli/pending.test.ts',
        'shows the whole action, with its arguments, escaped'
      ]
    ]
  },
  13: {
    what: 'answers of people leave no trace',
    shown: [
      [contract, 'weakness 13: an answer and its use are in the audit log'],
      [approvals, '13: every answer is told']
    ]
  },
  14: {
    what: 'approved actions run unconsumed and unseen',
    shown: [[approvals, '14: looking does not consume']]
  },
  15: {
    what: 'an approval outlives the policy',
    shown: [
      [http, 'weakness 15: what the policy denies by now is denied'],
      [approvals, '15: finding an approval does not use it']
    ]
  },
  16: {
    what: 'a call of two actions loops for ever',
    shown: [[approvals, '16: a call of several actions needs one approval']]
  },
  17: {
    what: 'what waits never ends',
    shown: [
      [contract, 'weakness 17'],
      [approvals, '17: nobody answers after the time']
    ]
  },
  18: {
    what: 'alike asks multiply',
    shown: [[approvals, '18: an agent that asks again and again shows up once']]
  },
  19: {
    what: 'what still counts is dropped',
    shown: [[approvals, '19: what still counts is never dropped']]
  },
  20: {
    what: 'the URL of an approval is of no use',
    shown: [
      [contract, 'weakness 20'],
      [approvals, '20: who follows a link finds what to decide']
    ]
  },
  21: {
    what: 'who was denied simply asks again',
    shown: [[approvals, '21: a denied action is found by what it is']]
  },
  22: {
    what: 'used and expired look like answered',
    shown: [
      [http, 'weakness 22:'],
      [approvals, '22: a poller can tell used and expired']
    ]
  },
  23: {
    what: 'anybody can rotate the log away',
    shown: [[audit, '23: a flood of large requests does not rotate the history away']]
  },
  24: {
    what: 'one large entry breaks all reading',
    shown: [
      [audit, '24: one large request breaks no later search'],
      ['apps/server/test/http/audit.contract.ts', 'weakness 24:']
    ]
  },
  25: {
    what: 'rotations within a second overwrite',
    shown: [[audit, '25: rotations within one second overwrite nothing']]
  },
  26: {
    what: 'a changed log is not noticed',
    shown: [
      [audit, '26: a changed entry is noticed'],
      [
        'packages/audit/test/verify/tampering.test.ts',
        'every change to the files of a log is found'
      ]
    ]
  },
  27: {
    what: 'what overflows is doubled or lost',
    shown: [[audit, '27: nothing is spilled beside the log']]
  },
  28: {
    what: 'allowed before it is written, or without',
    shown: [
      [audit, '28: an entry is on the disk before its answer'],
      ['apps/server/test/torture/disk.test.ts', 'A5: on a full disk every check is denied'],
      ['apps/server/test/torture/restart.test.ts', 'loses nothing that was answered']
    ]
  },
  29: {
    what: 'only the oldest entries of one file are found',
    shown: [[audit, '29: the newest are found first']]
  },
  30: {
    what: 'the database forgets members',
    shown: [
      [audit, '30: SQLite keeps every member'],
      [restart, '--audit-backend store keeps the log in the database, with everything']
    ]
  },
  31: {
    what: 'secrets are kept and shown',
    shown: [
      [audit, '31: a thousand planted secrets'],
      [secrets, 'that agents send are nowhere'],
      ['apps/server/test/events/feed.test.ts', 'weakness 31:']
    ]
  },
  32: {
    what: 'what is no verdict is not written down',
    shown: [
      [torture, 'weakness 32:'],
      [audit, '32: what is no verdict is written down as well']
    ]
  },
  33: {
    what: 'texts forge lines and command terminals',
    shown: [
      [http, 'weakness 33:'],
      [audit, '33: no text makes a line'],
      [secrets, 'makes no lines, no markup and no commands for terminals']
    ]
  },
  34: {
    what: 'reports fabricate denials of others and skew figures',
    shown: [
      [torture, 'weakness 34:'],
      [metrics, 'only the engine counts as evaluation']
    ]
  },
  35: {
    what: 'counters forget, or read everything again',
    shown: [
      ['apps/server/test/metrics/lasting-counts.test.ts', 'weakness 35:'],
      ['apps/server/test/cli/migrate.test.ts', 'weakness 35:']
    ]
  },
  36: {
    what: 'entries lack order, request, peer and policy',
    shown: [
      [http, 'weakness 36:'],
      [audit, '36: lines are in the order of their numbers']
    ]
  },
  37: {
    what: 'a flood of asks closes the queue for all',
    shown: [
      [contract, 'weakness 37'],
      [approvals, '37: a flood fills the flooder’s share only'],
      [overload, 'approvals without end are denied at their quota']
    ]
  },
  38: { what: 'all state is written every second', shown: [[torture, 'weakness 38:']] },
  39: {
    what: 'new names grow the limiter without bound',
    shown: [
      [limits, 'A3, 39:'],
      [overload, 'take bounded memory, and free nobody of a limit']
    ]
  },
  40: { what: 'changed limits do not hold', shown: [[limits, 'A5, 40:']] },
  41: {
    what: 'conditions read the whole log',
    shown: [['apps/server/test/serve/open-history.test.ts', 'weakness 41:']]
  },
  42: { what: 'rotation stops everything', shown: [[torture, 'weakness 42:']] },
  43: {
    what: 'streams die silently and lose events',
    shown: [
      ['apps/server/test/http/routes/stream.test.ts', 'weakness 43: a stream outlives'],
      ['apps/server/test/events/feed.test.ts', 'weakness 43:']
    ]
  },
  44: {
    what: 'sessions, requests and bodies are unbounded',
    shown: [
      [limits, '44: session totals are bounded'],
      [overload, 'wait for their turn and get a verdict each'],
      [admission, 'of requests that are under way is refused'],
      [admission, 'of bodies is refused']
    ]
  },
  45: {
    what: 'tenants that change are not taken over',
    shown: [
      ['apps/server/test/tenants/tenant-policies.test.ts', 'weakness 45:'],
      ['apps/server/test/cli/tenant.test.ts', 'weakness 45, 51:']
    ]
  },
  46: {
    what: 'a tenant sees figures of others',
    shown: [
      ['apps/server/test/http/routes/watching.test.ts', 'weakness 46:'],
      [health, 'weakness 46:']
    ]
  },
  47: { what: 'all notifications go to one tenant', shown: [[notifier, 'weakness 47:']] },
  48: { what: 'a noisy tenant denies others', shown: [[torture, 'weakness 48:']] },
  49: {
    what: 'names are joined to keys that collide',
    shown: [
      [limits, '49: tenant and agent are not joined'],
      [approvals, '49: no two names meet in one key']
    ]
  },
  50: {
    what: 'one bad stored policy prevents the start',
    shown: [['apps/server/test/tenants/tenant-policies.test.ts', 'weakness 50:']]
  },
  51: {
    what: 'commands know no tenants',
    shown: [['apps/server/test/cli/tenant.test.ts', 'weakness 45, 51:']]
  },
  52: {
    what: 'one tenant meets the conditions of another',
    shown: [['packages/guard/test/history.test.ts', 'is that of one tenant, agent and scope']]
  },
  53: { what: 'notifications are lost', shown: [[notifier, 'weakness 53:']] },
  54: {
    what: 'webhooks are not signed',
    shown: [
      [notifier, 'weakness 54:'],
      ['packages/notifier/test/http.test.ts', 'a redirect with %i is not followed']
    ]
  },
  55: { what: 'URLs with secrets are logged', shown: [[notifier, 'weakness 55:']] },
  56: {
    what: 'values inject markup of Slack',
    shown: [['packages/notifier/test/payloads.test.ts', 'weakness 56:']]
  },
  57: {
    what: 'what was spooled goes astray',
    shown: [
      [notifier, 'weakness 57:'],
      ['packages/notifier/test/file-dead-letters.test.ts', 'weakness 57:']
    ]
  },
  58: { what: 'one slow target starves all', shown: [[notifier, 'weakness 58:']] },
  59: {
    what: 'redaction misses common secrets',
    shown: [['packages/redaction/test/regressions.test.ts', 'weakness 59']]
  },
  60: {
    what: 'much is never told, and settings need a restart',
    shown: [[notifier, 'weakness 60:']]
  },
  61: {
    what: 'what was forgotten comes back',
    shown: [[approvals, '61: what is forgotten stays forgotten']]
  },
  62: {
    what: 'several servers spend an approval each',
    shown: [[restart, 'is for one server']],
    why: 'One server has a data directory; a shared database is refused at the start.'
  },
  63: { what: 'a restart counts twice', shown: [[limits, '63: a restart counts nothing twice']] },
  64: {
    what: 'windows of servers differ',
    shown: [[limits, '64: two nodes count in the same window']]
  },
  65: {
    what: 'a crash forgets a second',
    shown: [
      [approvals, '65: what was answered is in the file before the answer'],
      [limits, '65: what is answered is stored'],
      ['apps/server/test/torture/restart.test.ts', 'loses nothing that was answered']
    ]
  },
  66: {
    what: 'what cannot be read is forgotten, or blocks all',
    shown: [
      [torture, 'weakness 66:'],
      [
        'apps/server/test/state/take-over.test.ts',
        'that is damaged is refused, and stays as it was'
      ]
    ]
  },
  67: { what: 'times are compared as texts', shown: [[torture, 'weakness 67:']] },
  68: {
    what: 'passwords of databases are shown',
    shown: [
      [serve, 'weakness 68, 79:'],
      ['apps/server/test/cli/tenant.test.ts', 'a store elsewhere is refused without showing where']
    ]
  },
  69: {
    what: 'no versions of the schema, no lock',
    shown: [
      ['apps/server/test/state/take-over.test.ts', 'a database of a later version is refused'],
      [restart, 'is for one server']
    ]
  },
  70: {
    what: 'nobody looks whether the store is there',
    shown: [
      [
        'apps/server/test/telemetry/watch.test.ts',
        'a store that cannot be written is down until it can be'
      ]
    ]
  },
  71: {
    what: 'reloads do not see mounted ConfigMaps',
    shown: [
      [
        'packages/policy/test/watch.test.ts',
        'when a symbolic link on the way to it is swapped, as Kubernetes does'
      ],
      ['packages/policy/test/watch.test.ts', 'when the file that replaces it is older']
    ]
  },
  72: {
    what: 'a failed reload is one line in a log',
    shown: [
      [serve, 'a changed policy comes into force; a broken or deleted one does not'],
      [metrics, 'weakness 75: reloads'],
      [
        'apps/server/test/torture/reload.test.ts',
        'each verdict is that of one version, which it names'
      ]
    ]
  },
  73: {
    what: 'misspelt keys vanish',
    shown: [[serve, 'a policy that is wrong is an error, with everything that is wrong']]
  },
  74: {
    what: 'health is blind',
    shown: [
      [health, 'weakness 74: a probe is no traffic'],
      [health, 'weakness 74: %s degrades']
    ]
  },
  75: { what: 'much is not counted', shown: [[metrics, 'weakness 75:']] },
  76: {
    what: 'logs have no structure, and there are no traces',
    shown: [
      ['apps/server/test/json-log.test.ts', 'a line is one JSON object with its level'],
      [
        'apps/server/test/telemetry/telemetry.test.ts',
        'a check is a tool execution below the span of the caller'
      ]
    ]
  },
  77: {
    what: 'the container is unreachable as it comes',
    shown: [[torture, 'weakness 77:']],
    why: 'Its other rules are checked by scripts/lint-deploy.ts.'
  },
  78: { what: 'every call phones home', shown: [[cli, 'weakness 78:']] },
  79: { what: 'misspelt flags are taken silently', shown: [[serve, 'weakness 68, 79:']] },
  80: {
    what: 'what waits is counted wrongly',
    shown: [
      [cli, 'weakness 80:'],
      ['apps/server/test/http/routes/watching.test.ts', 'weakness 80:']
    ]
  },
  81: {
    what: 'commands act on the wrong server and hide errors',
    shown: [[cli, 'weakness 81']]
  },
  82: { what: 'offline checks differ from production', shown: [[cli, 'weakness 82:']] }
}

/** The titles of tests and groups of tests that are run, or are not for want of a system only. */
function titlesOf(text: string): string[] {
  const found = text.matchAll(
    /\b(?:test|it|describe)((?:\.\w+(?:\((?:[^()]|\([^()]*\))*\))?)*)\(\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`)/g
  )
  return [...found].flatMap(([, how = '', title = '']) =>
    /\.(?:skip|todo|fails)\b/.test(how) ? [] : [title.slice(1, -1)]
  )
}

test('a text that is no title of a test, or of one that is passed over, shows nothing', () => {
  expect(titlesOf("// test 1\nexpect('b')\ntest.skip('c', f)\nit.todo('d')")).toEqual([])
  expect(titlesOf("test.each([['a', f(1)]])(\n  'b %s', f)\ndescribe(`c`, f)")).toEqual([
    'b %s',
    'c'
  ])
})

test('there are 82', () => {
  expect(Object.keys(weaknesses).map(Number)).toEqual(Array.from({ length: 82 }, (_, at) => at + 1))
})

const numbered = Object.entries(weaknesses).map(([number, each]) => ({ number, ...each }))

test.each(numbered)('$number: $what', ({ shown }) => {
  expect(shown.length).toBeGreaterThan(0)
  for (const [file, name] of shown) {
    const titles = titlesOf(readFileSync(join(root, file), 'utf8'))
    expect(
      titles.some((title) => title.includes(name)),
      `${file} has a test with "${name}"`
    ).toBe(true)
  }
})
