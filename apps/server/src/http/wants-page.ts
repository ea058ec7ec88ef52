/**
 * Whether a client wants a page: a browser names the type. A client that takes anything is none, and gets what
 * the API has always answered.
 */
export function wantsPage(accept: string | undefined): boolean {
  return /(^|,)\s*text\/html\s*(;|,|$)/i.test(accept ?? '')
}
