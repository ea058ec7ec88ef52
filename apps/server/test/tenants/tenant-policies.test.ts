import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/state/database.ts'
import { tenantIdProblem } from '../../src/tenants/tenant-id.ts'
import { followTenants } from '../../src/tenants/tenant-policies.ts'
import { openTenantStore } from '../../src/tenants/tenant-store.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const policy = (name: string): string =>
  `version: "1"\nname: ${name}\nrules: [{scope: shell, allow: [{pattern: "${name}"}]}]\n`

/** A server's view of the stored policies, and a command's. */
async function open(rows: Readonly<Record<string, string>> = {}) {
  const path = join(await temporaryDirectory(), 'agentguard.db')
  const [ours, theirs] = [await openDatabase(path), await openDatabase(path)]
  const store = openTenantStore(theirs)
  for (const [tenant, text] of Object.entries(rows)) store.put(tenant, text)
  const news: string[] = []
  const tenants = followTenants({
    store: openTenantStore(ours),
    intervalMs: 60_000,
    events: {
      onLoaded: (tenant, { policy: { document } }) =>
        news.push(`${tenant} loaded ${document.name}`),
      onFailed: (tenant, problem) => news.push(`${tenant} failed ${problem}`),
      onRemoved: (tenant) => news.push(`${tenant} removed`),
      onUnreadable: () => news.push('unreadable')
    }
  })
  onTestFinished(() => {
    tenants.close()
    for (const database of [ours, theirs]) if (database.isOpen) database.close()
  })
  const nameOf = (tenant: string) => tenants.find(tenant)?.document.name
  return { tenants, store, news, nameOf, ours }
}

test('weakness 45: a policy that is put, changed or removed elsewhere is taken over', async () => {
  const { tenants, store, news, nameOf } = await open()
  expect(tenants.has('acme')).toBe(false)
  store.put('acme', policy('one'))
  tenants.refresh()
  expect(nameOf('acme')).toBe('one')
  const digest = tenants.digestOf('acme')
  store.put('acme', policy('two'))
  tenants.refresh()
  expect(nameOf('acme')).toBe('two')
  expect(tenants.digestOf('acme')).not.toBe(digest)
  store.remove('acme')
  tenants.refresh()
  expect(tenants.find('acme')).toBeUndefined()
  expect(news).toEqual(['acme loaded one', 'acme loaded two', 'acme removed'])
})

test('weakness 50: a stored policy that is none holds up nobody, and is never an allowance', async () => {
  const { tenants, nameOf } = await open({
    bad: 'version: "1"\nname: x\nruels: []\n',
    good: policy('good')
  })
  expect(nameOf('good')).toBe('good')
  expect(tenants.has('bad')).toBe(true)
  expect(() => tenants.find('bad')).toThrow(/ruels/)
  expect([...tenants.failed().keys()]).toEqual(['bad'])
  expect([...tenants.usable().keys()]).toEqual(['good'])
})

test('a policy that becomes wrong leaves the one before in force', async () => {
  const { tenants, store, news, nameOf } = await open({ acme: policy('one') })
  const digest = tenants.digestOf('acme')
  store.put('acme', 'nonsense')
  tenants.refresh()
  expect(nameOf('acme')).toBe('one')
  expect(tenants.digestOf('acme')).toBe(digest)
  expect(news.at(-1)).toMatch(/^acme failed line 1: /)
  expect(tenants.failed().has('acme')).toBe(true)
  store.put('acme', policy('two'))
  tenants.refresh()
  expect(nameOf('acme')).toBe('two')
  expect(tenants.failed().size).toBe(0)
})

test('what cannot be read changes nothing', async () => {
  const { tenants, news, nameOf, ours } = await open({ acme: policy('one') })
  ours.close()
  tenants.refresh()
  expect(nameOf('acme')).toBe('one')
  expect(news.at(-1)).toBe('unreadable')
})

test('a row for `local` is not asked', async () => {
  const { tenants } = await open({ local: policy('one') })
  expect(tenants.has('local')).toBe(false)
})

test.each(['a', 'acme', 'Acme-1.eu', 'team@acme', 'a:b', 'x'.repeat(128)])(
  '%s may be a tenant',
  (id) => {
    expect(tenantIdProblem(id)).toBeUndefined()
  }
)

test.each(['', 'local', '.', '..', '-x', 'a/b', 'a b', 'a%2f', 'ä', 'a\n', 'x'.repeat(129)])(
  'weakness 49: %j may be no tenant',
  (id) => {
    expect(tenantIdProblem(id)).toBeTypeOf('string')
  }
)
