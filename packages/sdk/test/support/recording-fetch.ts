/** A request as the client made it. */
interface Recorded {
  readonly url: string
  readonly init: RequestInit
}

export interface RecordingFetch {
  readonly fetch: typeof globalThis.fetch
  readonly requests: readonly Recorded[]
}

export type Answer = Response | Error | ((request: Recorded) => Response | Promise<Response>)

/** A `fetch` that records, and gives the answers in turn, the last one again and again. */
export function recordingFetch(...answers: readonly Answer[]): RecordingFetch {
  const requests: Recorded[] = []
  async function fetch(input: unknown, init: RequestInit = {}): Promise<Response> {
    const request = { url: String(input), init }
    const answer = answers[Math.min(requests.length, answers.length - 1)]
    requests.push(request)
    if (answer instanceof Error) throw answer
    if (typeof answer === 'function') return await answer(request)
    if (!answer) throw new Error('no answer is left')
    return answer.clone()
  }
  return { fetch, requests }
}

/** A JSON answer. */
export function json(body: unknown, init: ResponseInit = {}): Response {
  return Response.json(body, init)
}

/** Never answers, whatever becomes of the signal. */
export function silence(): Promise<Response> {
  return new Promise(() => {})
}
