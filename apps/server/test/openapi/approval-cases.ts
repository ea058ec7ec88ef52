import { answerIt, ask, askOfAnswered, askOfNew, formType, guess, long, veryLong } from './ask.ts'
import type { Cases, Ordinary, OwnCases } from './common-cases.ts'
import { type Asked, asNobody, bearer, type Route, signIn } from './route.ts'

/** What a browser sends. */
export const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

/** Of what answers approvals. */
export const answers = (name: 'approve' | 'deny'): OwnCases => {
  const other = name === 'approve' ? 'deny' : 'approve'
  return {
    ordinary: async (route, server) => ({
      id: server === 'broken' ? 'ap_0' : await route.approval()
    }),
    own: {
      200: [
        askOfNew({}),
        askOfNew({ body: { comment: 'yes <indeed>' } }),
        askOfNew({ body: 'what AgentGuard 1.0 never looked at' }),
        askOfAnswered(name, {}),
        async (route) =>
          route.ask({ id: await route.approval(), as: await signIn(route.servers.main) })
      ],
      400: [
        askOfNew({ body: { comment: 1 } }),
        askOfNew({ body: { only: 'ap_1' } }),
        askOfNew({ body: { comment: long } })
      ],
      403: [
        async (route) => {
          const { cookie } = await signIn(route.servers.main)
          return route.ask({ id: await route.approval(), as: { cookie } })
        }
      ],
      404: [ask({ id: 'ap_0' })],
      409: [askOfAnswered(other, {})],
      413: [askOfNew({ body: veryLong })]
    }
  }
}

/** Of what follows approvals. */
export const statuses: Cases = {
  200: [
    askOfNew({ query: '?timeout=10ms' }),
    askOfAnswered('deny', {}),
    askOfAnswered('approve', {})
  ],
  404: [ask({ id: 'ap_0' })]
}

export const pageOrdinary: Ordinary = async (route, server) => ({
  headers: browser,
  ...(server === 'broken' ? {} : { id: await route.approval() })
})

const form = async (route: Route, fields: Readonly<Record<string, string>>): Promise<Asked> => {
  const { cookie, 'x-csrf-token': csrf } = await signIn(route.servers.main)
  const body = new URLSearchParams({ csrf, decision: 'ALLOW', ...fields })
  return { as: { cookie }, headers: formType, body, id: await route.approval() }
}

/** Of the form of an approval. */
export const formCases: OwnCases = {
  ordinary: (route) => form(route, {}),
  own: {
    200: [async (route) => route.ask(await form(route, { comment: 'why not' }))],
    400: [
      async (route) => route.ask(await form(route, { decision: 'PERHAPS' })),
      async (route) => route.ask(await form(route, { comment: long })),
      ask({ body: '{}' })
    ],
    403: [async (route) => route.ask(await form(route, { csrf: 'wrong' }))],
    404: [async (route) => route.ask({ ...(await form(route, {})), id: 'ap_0' })],
    409: [
      async (route) => {
        const asked = await form(route, {})
        await answerIt(route, asked.id ?? '', 'deny')
        return route.ask(asked)
      }
    ],
    429: [
      guess((secret) => ({
        as: bearer(secret),
        headers: formType,
        body: new URLSearchParams({ decision: 'ALLOW' })
      }))
    ],
    500: [
      ask({
        server: 'brokenOpen',
        as: asNobody,
        headers: formType,
        body: new URLSearchParams({ csrf: 'open', decision: 'ALLOW' })
      })
    ]
  },
  without: [500]
}
