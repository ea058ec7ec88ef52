import { createGuessThrottle, memoryAccess } from '@agentguard/access'
import type { ActionRequest, AuditEntry } from '@agentguard/protocol'
import { createRedactor } from '@agentguard/redaction'
import { describe, expect, test } from 'vitest'
import { createAuthEvents } from '../../src/http/auth/auth-events.ts'
import { createAuth } from '../../src/http/auth/create-auth.ts'
import { createIsForeignPage } from '../../src/http/auth/foreign-page.ts'
import { createSignIn } from '../../src/http/auth/sign-in.ts'
import { approvalPageRoutes } from '../../src/http/routes/approval-page.ts'
import { dashboardRoutes } from '../../src/http/routes/dashboard.ts'
import { signInFormRoutes } from '../../src/http/routes/sign-in-form.ts'
import { createApprovalLinks } from '../../src/links/approval-links.ts'
import { openParts } from '../support/parts.ts'
import { policyOf } from '../support/policy.ts'

const policy = policyOf(`
version: "1"
name: pages
rules:
  - scope: shell
    require_approval: [{ pattern: "deploy *" }]
    allow: [{ pattern: "ls" }]
`)
const apiKey = 'correct-horse-battery-staple'
const browser = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const formType = { 'Content-Type': 'application/x-www-form-urlencoded' }
const host = 'http://guard.test'
const links = createApprovalLinks(new Uint8Array(32).fill(1))
const deploy: ActionRequest = { scope: 'shell', command: 'deploy production', agent_id: 'bot' }

async function open({ hasKey = true } = {}) {
  const key = hasKey ? apiKey : undefined
  const parts = await openParts({ policies: { local: policy, acme: policy } })
  const { guard, approvals, audit } = parts
  const access = memoryAccess()
  const events = createAuthEvents({})
  const throttle = createGuessThrottle()
  const isForeignPage = createIsForeignPage({})
  const shared = { access, apiKey: key, isTls: false, isForeignPage, throttle, events }
  const auth = createAuth({ ...shared, checkAuth: 'optional' })
  const signIn = createSignIn({ ...shared, isOpen: auth.isOpen, sessionTtlMs: () => 3_600_000 })
  const redactorOf = () => createRedactor()
  const pages = approvalPageRoutes({
    auth,
    hasTenant: (tenant) => parts.policies.has(tenant),
    find: approvals.get,
    pending: guard.pending,
    resolve: guard.resolve,
    explain: (_, action) => policy.explain(action).effects,
    redactorOf,
    links
  })
  pages.route('/', signInFormRoutes(signIn))
  pages.route(
    '/',
    dashboardRoutes({
      auth,
      counts: () => ({ allowed: 1, denied: 2, approvals: 3 }),
      pending: guard.pending,
      async latest(tenant_id, limit) {
        const { lines } = await audit.query({ tenant_id, limit, order: 'desc' })
        return lines.filter((line): line is AuditEntry => !('_meta' in line))
      },
      redactorOf
    })
  )

  async function ask(action = deploy, tenant = 'local', caller?: string): Promise<string> {
    const asking = caller === undefined ? { tenant } : { tenant, caller }
    return (await guard.check(action, asking)).approval_id as string
  }

  const get = (path: string, headers: Record<string, string> = {}) =>
    pages.request(`${host}${path}`, { headers: { ...browser, ...headers } })
  const post = (path: string, fields: Record<string, string> | URLSearchParams, headers = {}) =>
    pages.request(`${host}${path}`, {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: { Host: 'guard.test', ...formType, ...headers }
    })

  /** Signs in and answers with what the browser then sends. */
  async function signedIn(secret = apiKey): Promise<{ Cookie: string }> {
    const answer = await post('/auth/sign-in', { api_key: secret, next: '/dashboard' })
    expect(answer.status).toBe(303)
    const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
    return { Cookie: cookies.join('; ') }
  }

  return { ...parts, access, ask, get, post, signedIn }
}

function fieldOf(page: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? ''
}

describe('the page of an approval', () => {
  test('a stranger is asked to sign in, and led back to the approval afterwards', async () => {
    const { ask, get, post } = await open()
    const id = await ask()
    const answer = await get(`/v1/approve/${id}`)
    expect(answer.status).toBe(401)
    const page = await answer.text()
    expect(page).not.toContain('production')
    const next = fieldOf(page, 'next')
    expect(next).toBe(`/v1/approve/${id}`)
    const led = await post('/auth/sign-in', { api_key: apiKey, next })
    expect(led.headers.get('Location')).toBe(next)
  })

  test('who has signed in sees the whole action, the rule and its line, and approves with a comment', async () => {
    const { ask, get, post, signedIn, approvals } = await open()
    const id = await ask({ ...deploy, meta: { region: 'eu-west-1' }, est_cost: 3.5 })
    const session = await signedIn()
    const page = await (await get(`/v1/approve/${id}`, session)).text()
    for (const text of [
      'deploy production',
      'eu-west-1',
      '$3.5',
      'bot',
      'line 6',
      'signed in',
      'key'
    ]) {
      if (text !== 'signed in') expect(page).toContain(text)
    }
    const answer = await post(
      `/approvals/${id}`,
      { csrf: fieldOf(page, 'csrf'), only: id, decision: 'ALLOW', comment: 'go ahead' },
      session
    )
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('You have approved this.')
    expect(await approvals.get('local', id)).toMatchObject({
      decision: 'ALLOW',
      comment: 'go ahead',
      resolved_by: 'key',
      resolved_via: 'session'
    })
  })

  test('what the client says it cannot know is on the page: the answer is bound to it', async () => {
    const { ask, get, signedIn } = await open()
    const further = { scope: 'shell', command: 'ls', derived: 'possible' } as const
    const id = await ask({ ...deploy, unknown_effect: 'a script of the user', actions: [further] })
    const page = await (await get(`/v1/approve/${id}`, await signedIn())).text()
    expect(page).toContain('a script of the user')
    expect(page).toContain('possible')
  })

  test('a client that wants no page gets the answer of the API', async () => {
    const { ask, get } = await open()
    const id = await ask()
    expect((await get(`/v1/approve/${id}`, { Accept: '*/*' })).status).toBe(404)
  })

  test('a form without the secret of the session changes nothing', async () => {
    const { ask, post, signedIn, approvals } = await open()
    const id = await ask()
    const session = await signedIn()
    for (const csrf of ['', 'x'.repeat(64)]) {
      const answer = await post(`/approvals/${id}`, { csrf, decision: 'ALLOW' }, session)
      expect(answer.status).toBe(403)
    }
    expect(await approvals.get('local', id)).toMatchObject({ resolved: false })
  })

  test('browsers say where our own forms come from: `no-referrer` makes that `null`, which was refused without TLS', async () => {
    const { ask, get, signedIn } = await open()
    const session = await signedIn()
    const pages = [
      await get(`/v1/approve/${await ask()}`, session),
      await get('/dashboard'),
      await get('/dashboard', session)
    ]
    for (const page of pages) {
      expect(page.headers.get('Referrer-Policy')).toBe('no-referrer')
      expect(await page.text()).toContain('<meta name="referrer" content="same-origin">')
    }
  })

  test('a form that a page of another site sends changes nothing', async () => {
    const { ask, get, post, signedIn, approvals } = await open()
    const id = await ask()
    const session = await signedIn()
    const page = await (await get(`/v1/approve/${id}`, session)).text()
    const fields = { csrf: fieldOf(page, 'csrf'), decision: 'ALLOW' }
    const foreign = { ...session, Origin: 'https://evil.example' }
    expect((await post(`/approvals/${id}`, fields, foreign)).status).toBe(403)
    expect(await approvals.get('local', id)).toMatchObject({ resolved: false })
  })

  test('without a key, a page of another site cannot answer either', async () => {
    const { ask, post, approvals } = await open({ hasKey: false })
    const id = await ask()
    const foreign = { Origin: 'https://evil.example' }
    const fields = { csrf: 'open', decision: 'ALLOW' }
    expect((await post(`/approvals/${id}`, fields, foreign)).status).toBe(403)
    expect((await post(`/approvals/${id}`, fields, { Origin: host })).status).toBe(200)
    expect(await approvals.get('local', id)).toMatchObject({ decision: 'ALLOW' })
  })

  test('whoever asked sees the page and cannot approve', async () => {
    const { access, ask, get, post, signedIn, approvals } = await open()
    const created = await access.credentials.create({ name: 'ann', role: 'admin' })
    if (!created.ok) throw new Error('no credential')
    const id = await ask(deploy, 'local', 'ann')
    const session = await signedIn(created.secret)
    const page = await (await get(`/v1/approve/${id}`, session)).text()
    const fields = { csrf: fieldOf(page, 'csrf'), decision: 'ALLOW' }
    const answer = await post(`/approvals/${id}`, fields, session)
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain('Whoever asked may not approve.')
    expect(await approvals.get('local', id)).toMatchObject({ resolved: false })
  })

  test('an auditor sees the action and has no form', async () => {
    const { access, ask, get, signedIn } = await open()
    const created = await access.credentials.create({ name: 'eve', role: 'auditor' })
    if (!created.ok) throw new Error('no credential')
    const id = await ask()
    const page = await (await get(`/v1/approve/${id}`, await signedIn(created.secret))).text()
    expect(page).toContain('deploy production')
    expect(page).not.toContain('name="decision"')
  })

  test('an approval of a tenant has its page and its form there, and nowhere else', async () => {
    const { ask, get, post, signedIn, approvals } = await open()
    const id = await ask(deploy, 'acme')
    const session = await signedIn()
    expect((await get(`/v1/approve/${id}`, session)).status).toBe(404)
    const page = await (await get(`/v1/t/acme/approve/${id}`, session)).text()
    expect(page).toContain(`action="/t/acme/approvals/${id}"`)
    const fields = { csrf: fieldOf(page, 'csrf'), decision: 'DENY' }
    expect((await post(`/t/acme/approvals/${id}`, fields, session)).status).toBe(200)
    expect(await approvals.get('acme', id)).toMatchObject({ decision: 'DENY' })
  })

  test('alike asks are decided together, as far as the person has seen them', async () => {
    const { ask, get, post, signedIn, approvals } = await open()
    const [first, second] = [await ask(), await ask()]
    const session = await signedIn()
    const page = await (await get(`/v1/approve/${first}`, session)).text()
    expect(page).toContain('2 times')
    const later = await ask()
    const fields = new URLSearchParams({ csrf: fieldOf(page, 'csrf'), decision: 'ALLOW' })
    for (const [, id = ''] of page.matchAll(/name="only" value="([^"]+)"/g))
      fields.append('only', id)
    expect(fields.getAll('only')).toEqual([first, second])
    expect((await post(`/approvals/${first}`, fields, session)).status).toBe(200)
    expect(await approvals.get('local', second)).toMatchObject({ decision: 'ALLOW' })
    expect(await approvals.get('local', later)).toMatchObject({ resolved: false })
  })

  test('what an agent writes stays text: no markup, nothing invisible, no script', async () => {
    const { ask, get, signedIn } = await open()
    const command = 'deploy "><script>alert(1)</script>\u202egnp.exe\u0007'
    const id = await ask({ scope: 'shell', command, agent_id: '<img src=x onerror=alert(1)>' })
    const answer = await get(`/v1/approve/${id}`, await signedIn())
    const page = await answer.text()
    expect(page).not.toMatch(/<script|<img/)
    expect(page).not.toContain('\u202e')
    expect(page).toContain('\\u202egnp.exe\\a')
    expect(answer.headers.get('Content-Security-Policy')).toContain("default-src 'none'")
    expect(answer.headers.get('X-Frame-Options')).toBe('DENY')
  })

  test('secrets in the action are not shown', async () => {
    const { ask, get, signedIn } = await open()
    const id = await ask({
      ...deploy,
      command: 'deploy --token ghp_0123456789abcdefghijABCDEFGHIJ012345'
    })
    const page = await (await get(`/v1/approve/${id}`, await signedIn())).text()
    expect(page).not.toContain('ghp_0123')
    expect(page).toContain('[REDACTED')
  })

  test('a browser that comes from another site is led on, so that it sends its cookie', async () => {
    const { ask, get } = await open()
    const id = await ask()
    const answer = await get(`/v1/approve/${id}`, { 'Sec-Fetch-Site': 'cross-site' })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain(`content="0;url=/v1/approve/${id}"`)
  })
})

describe('a link that answers', () => {
  test('looking at it spends nothing; its form answers without signing in', async () => {
    const { ask, get, post, approvals } = await open()
    const id = await ask()
    const token = links.create({ tenant: 'local', id }, Date.now() + 60_000)
    for (let looks = 0; looks < 3; looks++) {
      expect((await get(`/v1/approve/${id}?token=${token}`)).status).toBe(200)
    }
    expect(await approvals.get('local', id)).toMatchObject({ resolved: false })
    const answer = await post(`/approvals/${id}`, { token, decision: 'ALLOW' })
    expect(answer.status).toBe(200)
    expect(await approvals.get('local', id)).toMatchObject({
      decision: 'ALLOW',
      resolved_via: 'link'
    })
  })

  test('it answers once, and only its own approval', async () => {
    const { ask, post, approvals } = await open()
    const [id, other] = [await ask(), await ask({ ...deploy, command: 'deploy staging' })]
    const token = links.create({ tenant: 'local', id }, Date.now() + 60_000)
    expect((await post(`/approvals/${other}`, { token, decision: 'ALLOW' })).status).toBe(403)
    await post(`/approvals/${id}`, { token, decision: 'DENY' })
    expect((await post(`/approvals/${id}`, { token, decision: 'ALLOW' })).status).toBe(409)
    expect(await approvals.get('local', id)).toMatchObject({ decision: 'DENY' })
    expect(await approvals.get('local', other)).toMatchObject({ resolved: false })
  })

  test('a token that was made up, or is over, shows nothing of the action', async () => {
    const { ask, get } = await open()
    const id = await ask()
    const over = links.create({ tenant: 'local', id }, Date.now() - 1000)
    for (const token of ['', 'x', over]) {
      const answer = await get(`/v1/approve/${id}?token=${token}`)
      expect(answer.status).toBe(403)
      expect(await answer.text()).not.toContain('production')
    }
  })
})

describe('a page that refuses says to the client what an answer for programs says', () => {
  test('how to authenticate', async () => {
    const { ask, get, post } = await open()
    const id = await ask()
    const challenge = 'Bearer realm="agentguard"'
    const wrong = { Authorization: 'Bearer wrong' }
    const pages = await Promise.all([
      get(`/v1/approve/${id}`),
      get(`/v1/approve/${id}`, wrong),
      post(`/approvals/${id}`, { decision: 'ALLOW' }),
      post(`/approvals/${id}`, { decision: 'ALLOW' }, wrong),
      post('/auth/sign-in', { api_key: 'wrong' })
    ])
    expect(pages.map((page) => [page.status, page.headers.get('WWW-Authenticate')])).toEqual([
      [401, challenge],
      [401, `${challenge}, error="invalid_token"`],
      [401, challenge],
      [401, `${challenge}, error="invalid_token"`],
      [401, challenge]
    ])
    for (const page of pages) expect(page.headers.get('Content-Type')).toMatch(/^text\/html/)
  })

  test('when to ask again', async () => {
    const { ask, get } = await open()
    const id = await ask()
    const guess = async (at: number): Promise<Response> =>
      await get(`/v1/approve/${id}`, { Authorization: `Bearer wrong-${at}` })
    let answer = await guess(0)
    for (let at = 1; answer.status === 401; at++) answer = await guess(at)
    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0)
    const dashboard = await get('/dashboard', { Authorization: 'Bearer wrong' })
    expect(dashboard.status).toBe(429)
    expect(Number(dashboard.headers.get('Retry-After'))).toBeGreaterThan(0)
  })
})

describe('signing in by form', () => {
  test('a wrong key is refused on the page, without a cookie', async () => {
    const { post } = await open()
    const answer = await post('/auth/sign-in', { api_key: 'wrong', next: '/dashboard' })
    expect(answer.status).toBe(401)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await answer.text()).toContain('not right')
  })

  test.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    'javascript:alert(1)',
    '/\t/evil.example',
    // They are paths of this server, and become another host when they are cleaned.
    '/.//evil.example',
    '/%2e//evil.example',
    '/x/..//evil.example/'
  ])('it does not lead to %j', async (next) => {
    const { post } = await open()
    const answer = await post('/auth/sign-in', { api_key: apiKey, next })
    expect(answer.headers.get('Location')).toBe('/dashboard')
  })

  test('signing out ends the session', async () => {
    const { get, post, signedIn } = await open()
    const session = await signedIn()
    expect(await (await get('/dashboard', session)).text()).toContain('AgentGuard Dashboard')
    await post('/auth/sign-out', {}, session)
    expect(await (await get('/dashboard', session)).text()).toContain('Sign in')
  })
})

describe('the dashboard', () => {
  test('a stranger sees the sign-in page, whatever the method', async () => {
    const { get, post } = await open()
    for (const answer of [await get('/dashboard'), await post('/dashboard', {})]) {
      expect(answer.status).toBe(200)
      const page = await answer.text()
      expect(page).toContain('<title>AgentGuard — Sign in</title>')
      expect(page).not.toContain(apiKey)
    }
  })

  test('it shows what waits, with a link to its page, and the latest verdicts first', async () => {
    const { ask, get, guard, signedIn } = await open()
    const id = await ask()
    await guard.check({ scope: 'shell', command: 'ls', agent_id: 'bot' })
    const page = await (await get('/dashboard', await signedIn())).text()
    expect(page).toContain(`href="/v1/approve/${id}"`)
    const verdicts = page.slice(page.indexOf('Latest verdicts'))
    expect(verdicts.indexOf('>ls<')).toBeLessThan(verdicts.indexOf('deploy production'))
  })
})
