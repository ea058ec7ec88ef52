import { decodeLeniently, percentDecode } from './percent-decode.ts'
import { hasControls, stripControls } from './strip-controls.ts'

/** What a path may be after it is decoded. */
export interface PathDecodings {
  /** As written, without control characters, and every step of decoding: all may be what is opened. */
  readonly all: readonly string[]
  /** What only a careless program makes of it. */
  readonly wide: readonly string[]
  readonly unknown?: string
}

/** How often a path is decoded. Each step reads it whole, so there has to be an end. */
function maxDecodings(path: string): number {
  return path.length > 4096 ? 1 : 8
}

/** Decodes a path to a fixed point, and keeps every step on the way. */
export function pathDecodings(path: string): PathDecodings {
  const stripped = stripControls(path)
  const steps = [stripped]
  let unknown = path.includes('\0') ? 'the path has a NUL' : undefined
  for (let left = maxDecodings(path); ; left--) {
    const last = steps.at(-1) as string
    unknown ??= doubt(last)
    const next = percentDecode(last)
    if (next === last) break
    if (left === 0) {
      unknown = 'the path is percent-encoded too often'
      break
    }
    unknown ??= newDoubt(last, next)
    steps.push(next)
  }
  const all = [...new Set([...steps.slice(1), stripped, path])]
  const decodings = { all, wide: [...new Set(all.flatMap(careless))] }
  return unknown === undefined ? decodings : { ...decodings, unknown }
}

const wellFormed = /%[0-9a-f]{2}/i
const malformed = /%(?![0-9a-f]{2})/i

/** A `%` that starts no escape is text, but next to one that does nobody knows what is meant. */
function doubt(text: string): string | undefined {
  if (!text.includes('%')) return undefined
  const isMixed = malformed.test(text) && wellFormed.test(text)
  return isMixed ? 'an escape in the path is malformed' : undefined
}

function newDoubt(text: string, decoded: string): string | undefined {
  if (hasControls(decoded) || decoded.includes('\t'))
    return 'the path has an encoded control character'
  const isBroken = decoded.includes('\ufffd') && !text.includes('\ufffd')
  return isBroken ? 'the path has encoded bytes that are not UTF-8' : undefined
}

/** Ended at a NUL, without control characters, with overlong and broken escapes decoded. */
function careless(text: string): readonly string[] {
  if (!text.includes('%')) return withoutControls(text)
  return [text, decodeLeniently(text)].flatMap(withoutControls)
}

function withoutControls(text: string): readonly string[] {
  if (!hasControls(text)) return [text]
  return [stripControls(text), text.split('\0', 1)[0] as string]
}
