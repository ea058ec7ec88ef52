/** The caller's span (W3C Trace Context): what a request belongs to. */
export interface TraceParent {
  /** 32 hexadecimal digits. It may go into logs. */
  readonly traceId: string
  /** 16 hexadecimal digits. */
  readonly spanId: string
  readonly flags: number
  readonly state?: string
}

const pattern = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/
/** Some systems send long ones, and nobody has to keep more than this. */
const maxStateLength = 512

/** Reads a `traceparent` with its `tracestate`; undefined for what is none. */
export function parseTraceParent(
  text: string | undefined,
  state?: string
): TraceParent | undefined {
  if (text === undefined) return undefined
  const [, version, traceId, spanId, flags, rest] = pattern.exec(text) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  // A later version may say more; the first says nothing else.
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  const hasState = state !== undefined && state !== '' && state.length <= maxStateLength
  return { traceId, spanId, flags: Number.parseInt(flags, 16), ...(hasState ? { state } : {}) }
}

/** The caller's span, from the headers of a request, or else from what it says of the action. */
export function traceParentOf(
  header: (name: string) => string | undefined,
  meta: Readonly<Record<string, string>> = {}
): TraceParent | undefined {
  return (
    parseTraceParent(header('traceparent'), header('tracestate')) ??
    parseTraceParent(meta['traceparent'], meta['tracestate'])
  )
}
