import { describe, expect, test } from 'vitest'
import { signWebhook } from '../packages/notifier/src/webhook-signature.ts'
import { fileOf, patternOf, runPage } from './support/console-page.ts'

/** Pages whose `console` blocks are run in their order, and how many commands there are at least. */
const pages: readonly (readonly [page: string, commands: number])[] = [
  ['docs/setup.md', 12],
  ['docs/approvals.md', 14],
  ['docs/operations.md', 25]
]

describe.concurrent('pages whose examples are run', () => {
  test.for(pages)('%s shows what happens', async ([page, commands], { expect }) => {
    const examples = await runPage(page)
    expect(examples.length).toBeGreaterThanOrEqual(commands)
    const wrong = examples.filter(({ output, printed }) => !patternOf(output).test(printed))
    expect(wrong).toEqual([])
  })
})

describe('the receiver of docs/notifications.md', () => {
  const secret = `whsec_${Buffer.from('an example, and no secret').toString('base64')}`
  const body = '{"type":"denied"}'
  const now = 1_795_352_849
  const headers = signWebhook({ id: 'msg_1', timestamp: now, body, secrets: [secret] })

  interface Receiver {
    isGenuine(headers: object, body: string, secret: string, nowSeconds: number): boolean
  }

  async function receiver(): Promise<Receiver> {
    const text = await fileOf('docs/notifications.md', 'verify-webhook.mjs')
    return await import(`data:text/javascript,${encodeURIComponent(text)}`)
  }

  test('takes what the server signs', async () => {
    const { isGenuine } = await receiver()
    expect(isGenuine(headers, body, secret, now)).toBe(true)
    const both = { ...headers, 'webhook-signature': `v1,AAAA ${headers['webhook-signature']}` }
    expect(isGenuine(both, body, secret, now)).toBe(true)
  })

  test('refuses what is changed, old, unsigned or signed with another secret', async () => {
    const { isGenuine } = await receiver()
    expect(isGenuine(headers, `${body} `, secret, now)).toBe(false)
    expect(isGenuine(headers, body, secret, now + 301)).toBe(false)
    expect(isGenuine({}, body, secret, now)).toBe(false)
    expect(isGenuine(headers, body, `${secret.slice(0, -8)}AAAAAAAA`, now)).toBe(false)
  })
})
