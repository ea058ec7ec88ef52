import type { Case } from './common-cases.ts'
import { type Asked, asKey, type Route } from './route.ts'

/** A text that is too long for a body, and one that is so for the answer of an approval, too. */
export const long = 'x'.repeat(5000)
export const veryLong = 'x'.repeat(70_000)
export const formType = { 'content-type': 'application/x-www-form-urlencoded' }

/** Asks one thing. */
export const ask =
  (asked: Asked): Case =>
  (route) =>
    route.ask(asked)

/** Asks one thing of a new approval. */
export const askOfNew =
  (asked: Asked): Case =>
  async (route) =>
    route.ask({ ...asked, id: await route.approval(asked.server) })

/** Asks of an approval that has its answer. */
export const askOfAnswered =
  (answer: 'approve' | 'deny', asked: Asked): Case =>
  async (route) => {
    const id = await route.approval()
    await answerIt(route, id, answer)
    return route.ask({ ...asked, id })
  }

/** Answers an approval, whatever the case is about. */
export async function answerIt(
  route: Route,
  id: string,
  answer: 'approve' | 'deny'
): Promise<void> {
  const { path } = route
  const prefix = path.includes('{tenant}') ? `/v1/t/${route.tenant}` : '/v1'
  const { port } = route.servers.main
  const response = await fetch(`http://127.0.0.1:${port}${prefix}/${answer}/${id}`, {
    method: 'POST',
    headers: asKey
  })
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
}

/** Sends wrong keys until that was too often. */
export const guess =
  (body: (secret: string) => Asked): Case =>
  async (route) => {
    for (let time = 0; time < 20; time++) {
      const answer = await route.ask({ server: 'guessed', ...body(`wrong ${time}`) })
      if (answer.status === 429) return answer
    }
    throw new Error('nobody has to wait')
  }
