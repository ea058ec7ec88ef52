import type { Described } from '../../src/openapi/operations.ts'
import { type Asked, asNobody, bearer, type Route } from './route.ts'
import type { Received } from './send.ts'

/** Something that is asked, and has one status. */
export type Case = (route: Route) => Promise<Received>

/** Cases by status. */
export type Cases = Readonly<Record<number, readonly Case[]>>

const strange = { host: 'evil.example' }

/** How a request of a route looks that is fine but for the one thing that a case is about. */
export type Ordinary = (route: Route, server: Asked['server']) => Asked | Promise<Asked>

/** What is peculiar to a route. */
export interface OwnCases {
  /** @defaultValue with the API key, and nothing else */
  readonly ordinary?: Ordinary
  readonly own: Cases
  /** Statuses that this route does not give for the reason for which others do. */
  readonly without?: readonly number[]
}

/** What is the same for all routes: who is let in, and what fails. */
export function commonCases({ path, operation }: Described, ordinary: Ordinary): Cases {
  const ask =
    (asked: (route: Route) => Asked): Case =>
    async (route) => {
      const wanted = asked(route)
      return await route.ask({ ...(await ordinary(route, wanted.server)), ...wanted })
    }
  const need = operation['x-agentguard-permission']
  if (operation.operationId.startsWith('check')) return {}
  const hasGate = need !== 'none' && need !== 'check'
  return {
    401: [
      ask(() => ({ as: asNobody })),
      ask(() => ({ as: bearer('a wrong key') })),
      ask(() => ({ as: { authorization: 'Basic eDp5' } })),
      ask(() => ({ as: { cookie: 'ag_session=0' } }))
    ],
    403: [
      ask(() => ({ server: 'open', as: strange })),
      ...(hasGate && operation.operationId !== 'whoAmI'
        ? [ask((route) => ({ as: bearer(notPermitted(need, route)) }))]
        : [])
    ],
    404: path.includes('{tenant}')
      ? [ask(() => ({ tenant: 'nobody' })), ask(() => ({ tenant: 'a/b' }))]
      : [],
    429: [hurry(ordinary)],
    500: [ask(() => ({ server: 'broken' }))],
    503: [
      ask(() => ({ server: 'crowded' })),
      ...(hasGate
        ? [ask((route) => ({ server: 'broken', as: bearer(route.servers.broken.secrets.auditor) }))]
        : [])
    ]
  }
}

/** The secret of somebody who may not do this. */
function notPermitted(need: string, { servers }: Route): string {
  const { agent, elsewhere } = servers.main.secrets
  return need === 'follow' || need === 'report' ? elsewhere : agent
}

/** Asks until that was too often. */
function hurry(ordinary: Ordinary): Case {
  return async (route) => {
    const wanted = await ordinary(route, 'hurried')
    for (let time = 0; time < 20; time++) {
      const answer = await route.ask({ ...wanted, server: 'hurried' })
      if (answer.status === 429) return answer
    }
    throw new Error('everybody is let in')
  }
}
