import { readRequest } from './read-body.ts'

const maxFormBytes = 65_536
const formType = /^application\/x-www-form-urlencoded\s*(;|$)/i

/** The fields of a form that a browser sent; undefined if it is none, or too long, or not whole. */
export async function readForm(request: Request): Promise<URLSearchParams | undefined> {
  if (!formType.test(request.headers.get('Content-Type') ?? '')) return undefined
  const body = await readRequest(request, maxFormBytes)
  return typeof body === 'string' ? undefined : new URLSearchParams(Buffer.from(body).toString())
}

/** A field of a form; undefined if it is empty, or not there. */
export function formField(form: URLSearchParams, name: string): string | undefined {
  return form.get(name) || undefined
}
