import { consoleTarget } from '../src/targets/console.ts'
import { logTarget } from '../src/targets/log.ts'
import type { Fetch } from '../src/targets/post.ts'
import { slackTarget } from '../src/targets/slack.ts'
import { webhookTarget } from '../src/targets/webhook.ts'
import { targetContract } from './target.contract.ts'

const url = 'https://example.com/hook'

function network() {
  const received: string[] = []
  const fetch: Fetch = async (_url, { body }) => {
    received.push(body)
    return new Response('ok')
  }
  return { fetch, received }
}

const broken: Fetch = () => Promise.reject(new TypeError('fetch failed'))
const brokenPipe = () => {
  throw new Error('broken pipe')
}

targetContract('webhook', {
  working() {
    const { fetch, received } = network()
    return { target: webhookTarget({ url, secrets: [] }, { fetch, now: () => 0 }), received }
  },
  failing: () => webhookTarget({ url, secrets: [] }, { fetch: broken, now: () => 0 })
})

targetContract('slack', {
  working() {
    const { fetch, received } = network()
    return { target: slackTarget({ url, buttons: false }, { fetch }), received }
  },
  failing: () => slackTarget({ url, buttons: false }, { fetch: broken })
})

targetContract('console', {
  working() {
    const received: string[] = []
    return { target: consoleTarget({ write: (text) => received.push(text) }), received }
  },
  failing: () => consoleTarget({ write: brokenPipe })
})

targetContract('log', {
  working() {
    const received: string[] = []
    return {
      target: logTarget({ level: 'warn' }, { write: (text) => received.push(text) }),
      received
    }
  },
  failing: () => logTarget({ level: 'warn' }, { write: brokenPipe })
})
