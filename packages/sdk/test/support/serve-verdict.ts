import { serveAnswers } from '../../../../test/support/serve-answers.ts'

/** A server that gives every check the same body. */
export async function serveVerdict(body: unknown, status = 200): Promise<string> {
  return await serveAnswers((_, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
  })
}
