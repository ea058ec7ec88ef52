import { createHmac } from 'node:crypto'
import { answers, browser, formCases, pageOrdinary, statuses } from './approval-cases.ts'
import { ask, askOfNew, formType, guess, long, veryLong } from './ask.ts'
import type { OwnCases } from './common-cases.ts'
import { type Asked, asKey, asNobody, bearer, type Route, signIn } from './route.ts'
import { slackSigningSecret } from './servers.ts'

const ls = { scope: 'shell', command: 'ls -l' }

function pressed(payload: unknown, secret = slackSigningSecret): Asked {
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
  const timestamp = String(Math.floor(Date.now() / 1000))
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')
  const headers = { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${digest}` }
  return { as: asNobody, headers: { ...formType, ...headers }, body }
}

const button = {
  type: 'block_actions',
  team: { id: 'T1' },
  user: { id: 'U1', username: 'somebody' },
  actions: [{ action_id: 'approve', value: JSON.stringify({ tenant: 'local', approval: 'ap_0' }) }]
}

const signInForm = (fields: Readonly<Record<string, string>>): Asked => ({
  as: asNobody,
  headers: formType,
  body: new URLSearchParams(fields)
})

/** What is peculiar to each route, by its operation without `OfTenant`. */
export const ownCases: Readonly<Record<string, OwnCases>> = {
  check: {
    own: {
      200: [
        ask({ as: asNobody, body: ls }),
        ask({ body: { scope: 'shell', command: 'rm -rf /' } }),
        ask({ body: { scope: 'shell', command: 'deploy it' } }),
        ask({ body: {} }),
        ask({ body: { scope: veryLong.slice(0, 300) } }),
        ask({ as: bearer('a wrong key'), body: ls }),
        ask({ server: 'open', as: { host: 'evil.example' }, body: ls }),
        ask({ server: 'crowded', body: ls }),
        ask({ server: 'broken', body: ls }),
        ask({ server: 'broken', body: { scope: 'shell', command: 'deploy it' } })
      ],
      400: [ask({ body: '' }), ask({ body: [] }), ask({ body: { schema_version: 'v2' } })],
      404: [ask({ tenant: 'nobody', body: ls })],
      413: [ask({ body: long })]
    }
  },
  checkBatch: {
    ordinary: () => ({ body: [ls] }),
    own: {
      200: [
        ask({ as: asNobody, body: [ls, { scope: 1 }, {}] }),
        ask({ body: { actions: [] } }),
        ask({ as: bearer('a wrong key'), body: [ls] }),
        ask({ server: 'open', as: { host: 'evil.example' }, body: [ls] }),
        ask({ server: 'crowded', body: [ls] }),
        ask({ server: 'broken', body: [ls] })
      ],
      400: [ask({ body: '' }), ask({ body: {} }), ask({ body: Array(101).fill({}) })],
      404: [ask({ tenant: 'nobody', body: [ls] })],
      413: [ask({ body: long })]
    }
  },
  approve: answers('approve'),
  deny: answers('deny'),
  status: { own: { ...statuses, 400: [ask({ id: '' })] } },
  wait: { own: { ...statuses, 400: [ask({ query: '?timeout=soon' })] } },
  pending: { own: { 200: [askOfNew({}), ask({ server: 'open' })] } },
  approvalPage: {
    ordinary: pageOrdinary,
    own: {
      200: [askOfNew({ headers: browser })],
      401: [
        // The mirror is bound to its methods, so that a program is told that before it is asked who it is.
        async (route) =>
          route.ask({
            as: asNobody,
            headers: route.tenant === 'local' ? { accept: '*/*' } : browser
          })
      ],
      429: [guess((secret) => ({ as: bearer(secret), headers: browser }))],
      403: [askOfNew({ headers: browser, query: '?token=1.x', as: asNobody })],
      404: [ask({ headers: browser })],
      405: [askOfNew({})]
    }
  },
  answerForm: formCases,
  audit: {
    own: {
      200: [
        askOfNew({}),
        ask({ query: '?limit=1' }),
        ask({ query: '?agent_id=nobody-of-this-name' }),
        ask({ query: '?kind=*&order=desc' })
      ],
      400: ['limit=0', 'limit=x', 'offset=-1', 'order=up', 'since=now', 'cursor=x'].map((query) =>
        ask({ query: `?${query}` })
      )
    }
  },
  report: {
    ordinary: () => ({ body: { request: ls, rule: 'deny:gateway:fail_closed' } }),
    own: {
      200: [
        ask({ body: { request: ls, rule: 'deny:gateway:fail_closed', reason: 'because' } }),
        ask({ body: { rule: 'deny:gateway:fail_closed' } })
      ],
      400: [ask({ body: {} }), ask({ body: [] }), ask({ body: { schema_version: 'v2' } })],
      403: [
        async ({ ask: send, servers }) => {
          const request = { ...ls, agent_id: 'another' }
          return send({ as: bearer(servers.main.secrets.agent), body: { request, rule: 'x' } })
        }
      ],
      413: [ask({ body: long })]
    }
  },
  stream: {
    own: {
      200: [ask({}), ask({ headers: { 'last-event-id': '1' } })],
      503: [
        async ({ ask: send, servers }) =>
          send({ server: 'broken', as: bearer(servers.broken.secrets.auditor) })
      ]
    },
    without: [503]
  },
  stats: { own: { 200: [ask({})] } },
  metrics: { own: { 200: [ask({ as: asNobody }), ask({})] } },
  health: { own: { 200: [ask({ as: asNobody })] } },
  livez: { own: { 200: [ask({ as: asNobody })] } },
  readyz: {
    own: { 200: [ask({ as: asNobody })], 503: [ask({ server: 'broken', as: asNobody })] },
    without: [503]
  },
  healthReport: {
    own: {
      200: [ask({ as: asNobody }), ask({ server: 'broken', as: asNobody })],
      404: [ask({ tenant: 'nobody', as: asNobody })]
    }
  },
  openapi: {
    own: {
      200: [ask({ as: asNobody }), ask({ headers: { 'if-none-match': '"another"' } })],
      304: [
        async (route) => {
          const { headers } = await route.ask()
          return route.ask({ headers: { 'if-none-match': headers.get('etag') ?? '' } })
        }
      ]
    }
  },
  login: {
    ordinary: () => ({ as: asNobody, body: { api_key: 'the one API key' } }),
    own: {
      200: [ask({ as: asNobody, body: { api_key: 'the one API key' } })],
      400: [ask({ body: '' }), ask({ body: long })],
      401: [ask({ as: asNobody, body: { api_key: 'wrong' } }), ask({ as: asNobody, body: {} })],
      403: [
        async ({ ask: send, servers }) => send({ body: { api_key: servers.main.secrets.agent } })
      ],
      429: [guess((api_key) => ({ as: asNobody, body: { api_key } }))],
      503: [ask({ server: 'open', as: asNobody, body: {} })]
    },
    without: [401]
  },
  logout: { own: { 204: [ask({ as: asNobody })] } },
  whoAmI: {
    own: {
      200: [
        ask({}),
        async (route) => route.ask({ as: await signIn(route.servers.main) }),
        async (route) => route.ask({ as: bearer(route.servers.main.secrets.agent) }),
        async (route) => route.ask({ as: bearer(route.servers.main.secrets.elsewhere) })
      ]
    }
  },
  sessions: { own: { 200: [ask({})] } },
  endSession: {
    own: {
      200: [async (route) => route.ask({ id: await openedSession(route.servers) })],
      404: [ask({ id: 'as_0' })]
    }
  },
  dashboard: {
    own: {
      200: [ask({}), ask({ as: asNobody })],
      429: [guess((secret) => ({ as: bearer(secret) }))]
    }
  },
  signInForm: {
    ordinary: () => signInForm({ api_key: 'the one API key', next: '/dashboard' }),
    own: {
      303: [ask(signInForm({ api_key: 'the one API key', next: '/v1/approve/ap_0' }))],
      400: [ask(signInForm({ next: '/dashboard' })), ask({ body: '' })],
      401: [ask(signInForm({ api_key: 'wrong' }))],
      429: [guess((api_key) => signInForm({ api_key }))],
      403: [async (route) => route.ask(signInForm({ api_key: route.servers.main.secrets.agent }))],
      503: [ask({ ...signInForm({ api_key: 'x' }), server: 'open' })]
    },
    without: [401]
  },
  signOutForm: { own: { 303: [ask({ as: asNobody })] } },
  slackActions: {
    ordinary: () => pressed(button),
    own: {
      200: [ask(pressed(button))],
      400: [ask(pressed({ type: 'what' }))],
      401: [ask(pressed(button, 'another secret')), ask({ body: 'payload=' })],
      413: [ask({ body: 'x'.repeat(300_000) })]
    },
    without: [401]
  }
}

/** Signs in, and answers the id of the session. */
async function openedSession({ main }: Route['servers']): Promise<string> {
  await signIn(main)
  const listed = await fetch(`http://127.0.0.1:${main.port}/auth/sessions`, { headers: asKey })
  return ((await listed.json()) as { readonly id: string }[]).at(-1)?.id ?? ''
}
