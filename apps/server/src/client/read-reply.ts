/** The longest answer that is read, in bytes. A page of 1000 entries of the log is shorter. */
export const maxReplyBytes: number = 64 * 1_048_576

/** The body of an answer; `too_long` when it is longer than anything that a server has to say. */
export async function readReply(
  response: Pick<Response, 'body'>,
  maxBytes: number = maxReplyBytes
): Promise<string | 'too_long'> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > maxBytes) return 'too_long'
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
