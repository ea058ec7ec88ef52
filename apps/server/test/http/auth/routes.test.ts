import { expect, test } from 'vitest'
import { authRoutes } from '../../../src/http/auth/routes.ts'
import { apiKey, bearer, Gate, type Headers } from './gate.ts'

function send(gate: Gate, line: string, headers: Headers = {}, body?: string): Promise<Response> {
  const [method = '', path = ''] = line.split(' ')
  const { auth, signing, access } = gate
  const app = authRoutes({ auth, signIn: signing, sessions: access.sessions })
  const facts = { peer: '192.0.2.1', requestId: 'r' }
  const init = { method, headers, ...(body === undefined ? {} : { body }) }
  return Promise.resolve(app.request(path, init, { facts }))
}

const login = (gate: Gate, key: string) =>
  send(gate, 'POST /auth/login', {}, JSON.stringify({ api_key: key }))

test('a browser signs in, hears who it is, and signs out', async () => {
  const gate = new Gate()
  const signedIn = await login(gate, apiKey)
  expect(signedIn.status).toBe(200)
  const cookies = signedIn.headers.getSetCookie()
  expect(cookies).toHaveLength(2)
  const cookie = cookies.map((one) => one.split(';', 1)[0]).join('; ')
  const whoAmI = await send(gate, 'GET /auth/session', { cookie })
  const { csrf_token } = (await signedIn.json()) as { csrf_token: string }
  expect(await whoAmI.json()).toMatchObject({ via: 'session', name: 'key', csrf_token })
  const signedOut = await send(gate, 'POST /auth/logout', { cookie })
  expect(signedOut.status).toBe(204)
  expect(await signedOut.text()).toBe('')
  expect(signedOut.headers.getSetCookie()).toHaveLength(2)
  expect((await send(gate, 'GET /auth/session', { cookie })).status).toBe(401)
})

test('a login with more than 4096 bytes is answered with 400', async () => {
  const answer = await send(new Gate(), 'POST /auth/login', {}, 'x'.repeat(100_000))
  expect([answer.status, await answer.text()]).toEqual([400, 'invalid request\n'])
})

test('other methods are answered with 405, with a list of those allowed only on routes of ours', async () => {
  const gate = new Gate()
  for (const path of ['/auth/login', '/auth/logout']) {
    const answer = await send(gate, `GET ${path}`)
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, null])
  }
  const answer = await send(gate, 'POST /auth/session')
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
})

test('an administrator sees who is signed in, without tokens, and ends a session', async () => {
  const gate = new Gate()
  const headers = await gate.browser()
  const listed = await send(gate, 'GET /auth/sessions', bearer(apiKey))
  const [session] = (await listed.json()) as { id: string }[]
  expect(session).toEqual({
    id: expect.stringMatching(/^as_[0-9a-f]{16}$/),
    opened_with: 'key',
    opened_at: '2026-11-22T09:00:00Z',
    expires_at: '2026-11-22T10:00:00Z',
    from: '192.0.2.1'
  })
  const path = `POST /auth/sessions/${session?.id}/end`
  expect((await send(gate, path, bearer(apiKey))).status).toBe(200)
  expect(gate.status('read', headers)).toBe(401)
  expect((await send(gate, path, bearer(apiKey))).status).toBe(404)
})

test('nobody else sees or ends sessions, an administrator of one tenant included', async () => {
  const gate = new Gate()
  const headers = await gate.browser()
  const [session] = await gate.access.sessions.list()
  const secrets = [
    await gate.issue({ role: 'approver', name: 'ann' }),
    await gate.issue({ role: 'admin', name: 'bob', tenant: 'acme' }),
    await gate.issue({ role: 'admin', name: 'carol', tenant: 'local' })
  ]
  for (const secret of secrets) {
    for (const line of ['GET /auth/sessions', `POST /auth/sessions/${session?.id}/end`]) {
      expect((await send(gate, line, bearer(secret))).status).toBe(403)
    }
  }
  const end = `POST /auth/sessions/${session?.id}/end`
  expect((await send(gate, end)).status).toBe(401)
  // A session needs its CSRF value to end another.
  expect((await send(gate, end, { cookie: headers.cookie })).status).toBe(403)
  expect(gate.status('read', headers)).toBe('ok')
})
