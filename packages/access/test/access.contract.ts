import { beforeEach, describe, expect, test } from 'vitest'
import type {
  Access,
  AccessOptions,
  Credential,
  FoundSession,
  WantedCredential
} from '../src/index.ts'
import { Clock } from './clock.ts'

const hour = 3_600_000

/** What every driver of {@link Access} promises. */
export function accessContract(name: string, create: (options: AccessOptions) => Access): void {
  describe(`access in ${name}`, () => {
    let clock: Clock
    let access: Access

    beforeEach(() => {
      clock = new Clock()
      access = create({ now: clock.now })
    })

    async function issue(
      wanted: Partial<WantedCredential> = {}
    ): Promise<{ credential: Credential; secret: string }> {
      const created = await access.credentials.create({ role: 'admin', name: 'root', ...wanted })
      if (!created.ok) throw new Error(`refused: ${created.reason}`)
      return created
    }

    async function signIn(holder: { credentialId: string } | { apiKey: string }) {
      const opened = await access.sessions.open({ holder, ttlMs: hour, from: '192.0.2.1' })
      if (!opened.ok) throw new Error(`refused: ${opened.reason}`)
      return opened
    }

    async function found(token: string, apiKey?: string): Promise<FoundSession | undefined> {
      return access.sessions.find(token, apiKey)
    }

    describe('credentials', () => {
      test('a secret stands for the credential that it was made for', async () => {
        const { credential, secret } = await issue({
          role: 'agent',
          name: 'ci',
          agent: 'builder',
          tenant: 'acme',
          expiresAt: clock.at + hour
        })
        expect(credential).toEqual({
          id: expect.stringMatching(/^[a-z2-7]{16}$/),
          name: 'ci',
          role: 'agent',
          agent: 'builder',
          tenant: 'acme',
          createdAt: clock.at,
          expiresAt: clock.at + hour
        })
        expect(await access.credentials.authenticate(secret)).toEqual({ ok: true, credential })
      })

      test('an agent asks as its own name unless it says otherwise, and nobody else has an agent', async () => {
        expect((await issue({ role: 'agent', name: 'ci' })).credential.agent).toBe('ci')
        expect((await issue({ role: 'approver', name: 'ann' })).credential.agent).toBeUndefined()
      })

      test.each<[string, Partial<WantedCredential>, string[]]>([
        ['a role that there is not', { role: 'root' as 'admin' }, ['role']],
        ['an empty name', { name: '' }, ['name']],
        ['a name with a line break', { name: 'a\nb' }, ['name']],
        ['the name of a role, which policies list as approvers', { name: 'Approver' }, ['name']],
        ['the name that the API key answers under', { name: 'key' }, ['name']],
        ['the name that links in notifications answer under', { name: 'Link' }, ['name']],
        ['an agent for who is none', { role: 'auditor', agent: 'x' }, ['agent']],
        ['an empty agent', { role: 'agent', agent: '' }, ['agent']],
        ['an empty tenant', { tenant: '' }, ['tenant']],
        ['a time in the past', { expiresAt: 1 }, ['expiresAt']],
        ['no number as a time', { expiresAt: Number.NaN }, ['expiresAt']],
        ['several things', { name: ' ', tenant: '\u0000' }, ['name', 'tenant']]
      ])('%s is refused', async (_, wanted, members) => {
        const refused = await access.credentials.create({ role: 'admin', name: 'root', ...wanted })
        if (refused.ok || refused.reason !== 'invalid') throw new Error('not refused')
        expect(refused.issues.map(({ member }) => member)).toEqual(members)
        expect(await access.credentials.list()).toEqual([])
      })

      test('no two share a name, in whatever case, unless one of them is revoked', async () => {
        await issue({ name: 'ann' })
        const again = { role: 'auditor', name: 'Ann' } as const
        expect(await access.credentials.create(again)).toEqual({ ok: false, reason: 'name_taken' })
        await access.credentials.revoke('ANN')
        expect(await access.credentials.create(again)).toMatchObject({ ok: true })
      })

      test('texts that are no secrets stand for nothing', async () => {
        const { secret } = await issue()
        for (const text of ['', 'x', secret.slice(1), secret.toUpperCase(), `${secret} `]) {
          expect(await access.credentials.authenticate(text)).toEqual({
            ok: false,
            reason: 'unknown'
          })
        }
      })

      test('one that is revoked is good for nothing from then on, for ever', async () => {
        const { credential, secret } = await issue()
        await access.credentials.authenticate(secret)
        const revoked = await access.credentials.revoke(credential.id)
        expect(revoked).toMatchObject({ ok: true, changed: true })
        expect(await access.credentials.authenticate(secret)).toEqual({
          ok: false,
          reason: 'revoked'
        })
        expect(await access.credentials.revoke(credential.id)).toMatchObject({
          ok: true,
          changed: false
        })
        expect(await access.credentials.rotate(credential.id)).toEqual({
          ok: false,
          reason: 'revoked'
        })
      })

      test('what is not there cannot be revoked or rotated', async () => {
        const none = { ok: false, reason: 'not_found' }
        expect(await access.credentials.revoke('nobody')).toEqual(none)
        expect(await access.credentials.rotate('nobody')).toEqual(none)
      })

      test('one expires at its time, not before', async () => {
        const { secret } = await issue({ expiresAt: clock.at + hour })
        clock.pass(hour - 1)
        expect(await access.credentials.authenticate(secret)).toMatchObject({ ok: true })
        clock.pass(1)
        expect(await access.credentials.authenticate(secret)).toEqual({
          ok: false,
          reason: 'expired'
        })
      })

      test('rotating makes a new secret for the same credential, and ends the old one at once', async () => {
        const { credential, secret } = await issue()
        clock.pass(1)
        const rotated = await access.credentials.rotate('root')
        if (!rotated.ok) throw new Error('refused')
        expect(rotated.credential).toEqual({ ...credential, rotatedAt: clock.at })
        expect(await access.credentials.authenticate(rotated.secret)).toMatchObject({ ok: true })
        expect(await access.credentials.authenticate(secret)).toEqual({
          ok: false,
          reason: 'unknown'
        })
      })

      test('the old secret can stay good for a while, and a second rotation ends that', async () => {
        const { secret } = await issue()
        await access.credentials.rotate('root', { overlapMs: hour })
        clock.pass(hour - 1)
        expect(await access.credentials.authenticate(secret)).toMatchObject({ ok: true })
        clock.pass(1)
        expect(await access.credentials.authenticate(secret)).toMatchObject({ ok: false })
        const second = await access.credentials.rotate('root', { overlapMs: hour })
        await access.credentials.rotate('root')
        if (!second.ok) throw new Error('refused')
        expect(await access.credentials.authenticate(second.secret)).toMatchObject({ ok: false })
      })

      test('revoking also ends the old secret that was still good', async () => {
        const { secret } = await issue()
        await access.credentials.rotate('root', { overlapMs: hour })
        await access.credentials.revoke('root')
        expect(await access.credentials.authenticate(secret)).toEqual({
          ok: false,
          reason: 'revoked'
        })
      })

      test('an overlap is a whole number of milliseconds', async () => {
        for (const overlapMs of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
          await expect(access.credentials.rotate('root', { overlapMs })).rejects.toThrow(RangeError)
        }
      })

      test('the list has everybody, the oldest first, and no secret and no hash', async () => {
        const { credential: first, secret } = await issue({ name: 'one' })
        const { credential: second } = await issue({ name: 'two' })
        const listed = await access.credentials.list()
        expect(listed).toEqual([first, second])
        expect(JSON.stringify(listed)).not.toContain(secret.slice(-39))
        expect(JSON.stringify(listed)).not.toMatch(/[0-9a-f]{64}/)
      })

      test('the list tells when one was used, before and after that is written', async () => {
        const { secret } = await issue()
        clock.pass(5)
        await access.credentials.authenticate(secret)
        expect(await access.credentials.list()).toMatchObject([{ lastUsedAt: clock.at }])
        const used = clock.at
        await access.tend()
        clock.pass(5)
        expect(await access.credentials.list()).toMatchObject([{ lastUsedAt: used }])
        await access.credentials.rotate('root')
        expect(await access.credentials.list()).toMatchObject([{ lastUsedAt: used }])
      })

      test('they are in use from the first on, also when it is revoked', async () => {
        expect(access.credentials.isInUse()).toBe(false)
        await issue()
        expect(access.credentials.isInUse()).toBe(true)
        await access.credentials.revoke('root')
        clock.pass(hour)
        expect(access.credentials.isInUse()).toBe(true)
      })

      test('there are at most so many; those that were revoked first make room', async () => {
        access = create({ now: clock.now, maxCredentials: 2 })
        await issue({ name: 'one' })
        await issue({ name: 'two' })
        const third = { role: 'admin', name: 'three' } as const
        expect(await access.credentials.create(third)).toEqual({ ok: false, reason: 'full' })
        await access.credentials.revoke('two')
        clock.pass(1)
        await access.credentials.revoke('one')
        expect(await access.credentials.create(third)).toMatchObject({ ok: true })
        expect((await access.credentials.list()).map((one) => one.name)).toEqual(['one', 'three'])
      })
    })

    describe('sessions', () => {
      test('a token finds its session, and what a page has to send', async () => {
        const { credential } = await issue()
        const { token, csrfToken, session } = await signIn({ credentialId: credential.id })
        expect(token).toMatch(/^[0-9a-f]{64}$/)
        expect(csrfToken).toMatch(/^[0-9a-f]{64}$/)
        expect(session).toEqual({
          id: expect.stringMatching(/^as_[0-9a-f]{16}$/),
          credentialId: credential.id,
          openedAt: clock.at,
          expiresAt: clock.at + hour,
          from: '192.0.2.1'
        })
        expect(await found(token)).toEqual({ session, credential, csrfToken })
      })

      test('weakness 4: the CSRF value is not the token, and differs from session to session', async () => {
        const one = await signIn({ apiKey: 'key' })
        const two = await signIn({ apiKey: 'key' })
        expect(new Set([one.token, one.csrfToken, two.token, two.csrfToken]).size).toBe(4)
        expect(await found(one.csrfToken, 'key')).toBeUndefined()
      })

      test('texts that are no tokens find nothing', async () => {
        const { token, session } = await signIn({ apiKey: 'key' })
        for (const text of [
          '',
          'x',
          session.id,
          token.toUpperCase(),
          `${token}0`,
          '0'.repeat(64)
        ]) {
          expect(await found(text, 'key')).toBeUndefined()
          expect(await access.sessions.end(text)).toBeUndefined()
        }
        expect(await found(token, 'key')).toBeDefined()
      })

      test('one lasts as long as it was given, whether it is used or not', async () => {
        const { token } = await signIn({ apiKey: 'key' })
        clock.pass(hour - 1)
        expect(await found(token, 'key')).toBeDefined()
        clock.pass(1)
        expect(await found(token, 'key')).toBeUndefined()
        expect(await access.sessions.list()).toEqual([])
      })

      test('one that the API key opened ends when the key is another, or none', async () => {
        const { token, credential } = await signIn({ apiKey: 'key' })
        expect(credential).toBeUndefined()
        expect(await found(token, 'key')).toBeDefined()
        expect(await found(token, 'another')).toBeUndefined()
        expect(await found(token)).toBeUndefined()
      })

      test('one ends when its credential is revoked', async () => {
        const { credential } = await issue()
        const { token } = await signIn({ credentialId: credential.id })
        await found(token)
        await access.credentials.revoke('root')
        expect(await found(token)).toBeUndefined()
        expect(await access.sessions.list()).toEqual([])
      })

      test('one ends when its credential gets a new secret', async () => {
        const { credential } = await issue()
        const { token } = await signIn({ credentialId: credential.id })
        await access.credentials.rotate('root', { overlapMs: hour })
        expect(await found(token)).toBeUndefined()
      })

      test('one never outlives its credential', async () => {
        const { credential } = await issue({ expiresAt: clock.at + 1000 })
        const { token, session } = await signIn({ credentialId: credential.id })
        expect(session.expiresAt).toBe(clock.at + 1000)
        clock.pass(1000)
        expect(await found(token)).toBeUndefined()
      })

      test('none is opened for who is unknown, revoked or expired', async () => {
        const { credential } = await issue({ expiresAt: clock.at + 1000 })
        const open = (credentialId: string) =>
          access.sessions.open({ holder: { credentialId }, ttlMs: hour, from: '' })
        const refused = { ok: false, reason: 'invalid_credential' }
        expect(await open('nobody')).toEqual(refused)
        clock.pass(1000)
        expect(await open(credential.id)).toEqual(refused)
        await access.credentials.revoke('root')
        expect(await open(credential.id)).toEqual(refused)
      })

      test('one can be ended by its token and by its id, without touching others', async () => {
        const [one, two, three] = [
          await signIn({ apiKey: 'key' }),
          await signIn({ apiKey: 'key' }),
          await signIn({ apiKey: 'key' })
        ]
        expect(await access.sessions.end(one.token)).toEqual(one.session)
        expect(await access.sessions.end(one.token)).toBeUndefined()
        expect(await access.sessions.revoke(two.session.id)).toBe(true)
        expect(await access.sessions.revoke(two.session.id)).toBe(false)
        expect(await found(one.token, 'key')).toBeUndefined()
        expect(await found(two.token, 'key')).toBeUndefined()
        expect(await access.sessions.list()).toEqual([three.session])
      })

      test('there are at most so many; none is ended for a new one, those that are over make room', async () => {
        access = create({ now: clock.now, maxSessions: 2 })
        const { token } = await signIn({ apiKey: 'key' })
        clock.pass(1)
        await signIn({ apiKey: 'key' })
        const wanted = { holder: { apiKey: 'key' }, ttlMs: hour, from: '' }
        expect(await access.sessions.open(wanted)).toEqual({ ok: false, reason: 'full' })
        expect(await found(token, 'key')).toBeDefined()
        clock.pass(hour - 1)
        expect(await access.sessions.open(wanted)).toMatchObject({ ok: true })
        expect(await access.sessions.open(wanted)).toEqual({ ok: false, reason: 'full' })
      })

      test('how long one lasts is a whole number of milliseconds', async () => {
        for (const ttlMs of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
          const wanted = { holder: { apiKey: 'key' }, ttlMs, from: '' }
          await expect(access.sessions.open(wanted)).rejects.toThrow(RangeError)
        }
      })

      test('a list holds no token and nothing that is computed from one', async () => {
        const { token, csrfToken } = await signIn({ apiKey: 'key' })
        const text = JSON.stringify(await access.sessions.list())
        expect(text).not.toContain(token)
        expect(text).not.toContain(csrfToken)
        expect(text).not.toMatch(/[0-9a-f]{64}/)
      })
    })

    test('a clock that is set back keeps nothing alive that was revoked', async () => {
      const { secret } = await issue()
      await access.credentials.authenticate(secret)
      await access.credentials.revoke('root')
      clock.pass(-hour)
      expect(await access.credentials.authenticate(secret)).toEqual({
        ok: false,
        reason: 'revoked'
      })
    })

    test('bounds are whole numbers above 0', () => {
      for (const bound of [0, -1, 0.5, Number.NaN]) {
        expect(() => create({ maxSessions: bound })).toThrow(RangeError)
        expect(() => create({ maxStaleMs: bound })).toThrow(RangeError)
      }
    })
  })
}
