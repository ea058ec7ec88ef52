import { expect, test } from 'vitest'
import { keyPrincipal } from '../../../src/http/auth/principal.ts'
import { refuse } from '../../../src/http/auth/refusal.ts'
import { createApp } from '../../../src/http/create-app.ts'
import { depsOf } from '../../support/deps.ts'

test('who is shut out while waiting does not hear that it is approved: some run it then', async () => {
  let isGood = true
  const deps = await depsOf()
  const { guard } = deps.parts
  const app = createApp({
    ...deps,
    auth: {
      ...deps.auth,
      authorize: () =>
        isGood
          ? { ok: true, principal: keyPrincipal }
          : refuse('invalid_credential', { isCheck: false })
    }
  })
  const init = { method: 'POST', body: '{"scope":"shell","command":"npm test"}' }
  const { approval_id: id } = (await (await app.request('/v1/check', init)).json()) as {
    approval_id: string
  }
  const waiting = app.request(`/v1/wait/${id}?timeout=20s`)
  await new Promise(setImmediate)
  isGood = false
  await guard.resolve('local', id, { decision: 'ALLOW', by: 'key' })
  const answer = await waiting
  expect(answer.status).toBe(401)
  expect(await answer.text()).not.toContain('ALLOW')
})
