/** A policy that changes under load (performance.md B18): `pnpm torture` does it 1,000 times. */
import { rename, writeFile } from 'node:fs/promises'
import type { CheckResult } from '@agentguard/protocol'
import { expect, test } from 'vitest'
import { type Checked, keepAsking } from './support/load.ts'
import { eachEntry, expectVerified } from './support/log-of.ts'
import { amount, seeded } from './support/seed.ts'
import { serveHere, until } from './support/serve-here.ts'

const random = seeded()
const reloads = amount(12, 1000)

/** Version n denies with its own number, and allows only the command of its own number. */
function policy(version: number): string {
  return `version: "1"
name: version ${version}
rules:
  - scope: shell
    deny: [{ pattern: "which", message: "version ${version}" }]
    allow: [{ pattern: "run-${version}" }]
`
}

const broken = [
  'version: "1"\nname: x\nrules:\n  - scope: shell\n    denny: []\n',
  'version: "1"\nname: x\nrules: {{{',
  '',
  `a: &a [x]\nb: [${'*a,'.repeat(20)}]`,
  '\0\0\0'
]

test(
  `each verdict is that of one version, which it names; broken ones change nothing (seed ${random.seed})`,
  async () => {
    // Nothing is to be thrown away: the log is counted at the end.
    const server = await serveHere(policy(0), { args: ['--audit-max-size-mb=0'] })
    const { port, policyFile } = server
    /** Which version a digest has been seen with. */
    const versionOf = new Map<string, number>()
    const faults: string[] = []
    let inForce = 0
    let newest = 0
    let isOver = false
    let count = 0

    const health = () => server.api.get('/v1/health') as Promise<{ status: string }>
    const asking = keepAsking({
      port,
      askers: amount(4, 16),
      next: () => {
        if (isOver) return undefined
        const command = random.next() < 0.5 ? 'which' : `run-${inForce}`
        return { scope: 'shell', command }
      },
      onAnswer(checked, action) {
        count++
        const digest = checked.headers.get('x-agentguard-policy-digest') ?? ''
        faults.push(...faultsOf(checked, digest))
        const version = versionIn(checked.verdict, String(action['command']))
        if (version === undefined) return
        const known = versionOf.get(digest) ?? version
        versionOf.set(digest, version)
        if (known !== version) faults.push(`${digest} is of ${known} and ${version}`)
        newest = Math.max(newest, version)
      }
    })

    for (let version = 1; version <= reloads; version++) {
      if (version % 4 === 0) {
        await writeFile(policyFile, random.pick(broken))
        await until(async () => (await health()).status === 'degraded')
      }
      // In place, and as editors and Kubernetes do it.
      if (version % 2) await writeFile(policyFile, policy(version))
      else {
        await writeFile(`${policyFile}.new`, policy(version))
        await rename(`${policyFile}.new`, policyFile)
      }
      await until(() => newest >= version)
      inForce = version
    }
    isOver = true
    await asking
    expect(faults).toEqual([])
    expect((await health()).status).toBe('ok')
    expect(versionOf.size).toBe(new Set(versionOf.values()).size)
    expect(versionOf.size).toBeGreaterThanOrEqual(reloads)

    expect(await server.stop()).toBe(0)
    let written = 0
    for await (const { result, policy_digest } of eachEntry(server.directory)) {
      written++
      const said = /^version (\d+)$/.exec(result.reason)?.[1]
      if (said === undefined || versionOf.get(policy_digest ?? '') === Number(said)) continue
      throw new Error(`${policy_digest} said version ${said}`)
    }
    expect(written).toBe(count)
    await expectVerified(server.directory)
  },
  amount(300_000, 2_400_000)
)

function faultsOf({ status, verdict }: Checked, digest: string): string[] {
  const faults: string[] = []
  if (status !== 200 || digest === '') faults.push(`${status} ${digest}`)
  if ((verdict.policy_digest ?? digest) !== digest) {
    faults.push(`${verdict.policy_digest} under ${digest}`)
  }
  return faults
}

/** The version of the policy that a verdict can only be of; undefined if it can be of several. */
function versionIn({ reason, decision }: CheckResult, command: string): number | undefined {
  const found =
    /^version (\d+)$/.exec(reason) ?? (decision === 'ALLOW' ? /(\d+)$/.exec(command) : null)
  return found ? Number(found[1]) : undefined
}

test('D39: a bomb of YAML is refused in time, and the policy before it stays', async () => {
  const server = await serveHere(policy(7))
  const bombs: [name: string, text: string][] = [
    ['aliases of aliases', aliases(30)],
    ['merge keys', `a: &a { b: c }\n${'x: { <<: *a }\n'.repeat(3)}rules: *a\n`],
    ['a tag of JavaScript', 'version: "1"\nname: x\nrules: !!js/function "function () {}"\n'],
    ['lists in lists', `version: "1"\nname: x\nrules: ${'['.repeat(20_000)}`],
    ['objects in objects', `version: "1"\nname: x\nrules: ${'{a: '.repeat(20_000)}`],
    [
      'names of prototypes',
      'version: "1"\nname: x\n__proto__: { polluted: 1 }\nconstructor: { a: 1 }\nrules: []\n'
    ]
  ]
  for (const [at, [name, text]] of bombs.entries()) {
    await writeFile(server.policyFile, text)
    await until(() => server.log().split('Policy reload failed').length > at + 1)
    const verdict = await server.api.check({ scope: 'shell', command: 'which' })
    expect([name, verdict.reason]).toEqual([name, 'version 7'])
  }
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

function aliases(depth: number): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let at = 1; at < depth; at++) {
    lines.push(
      `a${at}: &a${at} [${Array(10)
        .fill(`*a${at - 1}`)
        .join(', ')}]`
    )
  }
  return `version: "1"\nname: bomb\n${lines.join('\n')}\nrules: *a${depth - 1}\n`
}
