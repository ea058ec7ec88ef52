import { cutLive } from './cut-live.ts'
import { findJwt } from './forms/jwt.ts'
import { findOption } from './forms/option.ts'
import { findPair } from './forms/pair.ts'
import { findPem } from './forms/pem.ts'
import { findProgram } from './forms/program.ts'
import { findBasic, findBearer } from './forms/scheme.ts'
import { findToken } from './forms/token.ts'
import { findUserinfo } from './forms/userinfo.ts'
import { createLiteralIndex } from './literal-index.ts'
import { type Form, redactionRules } from './rules.ts'
import type { Scan, Span } from './scan.ts'

const index = createLiteralIndex<Form>(
  redactionRules.flatMap(({ form }) => form.starts.map((start) => [start, form] as const))
)

const none: readonly Span[] = []

/**
 * Finds what is secret in a text by the rules. Spans are in no order, and may overlap.
 *
 * The time is linear in the length of the text, whatever it is.
 */
export function findSecrets(text: string): readonly Span[] {
  const { spans, rests } = cutLive(text, scanText(text))
  if (rests.length === 0) return spans
  // What was cut off was taken for a value, and not looked into.
  const inRests = rests.flatMap(({ start, end }) =>
    scanText(text.slice(start, end)).map(
      (span): Span => ({ ...span, start: span.start + start, end: span.end + start })
    )
  )
  return [...spans, ...cutLive(text, inRests).spans]
}

function scanText(text: string): readonly Span[] {
  let scan: Scan | undefined
  index.visit(text, (form, start, end) => {
    scan ??= createScan(text)
    find(scan, form, start, end)
  })
  return scan?.spans ?? none
}

function createScan(text: string): Scan {
  return {
    text,
    spans: [],
    valuesEnd: 0,
    tokensEnd: 0,
    word: { start: 0, end: 0, next: 0 },
    program: undefined,
    programEnd: -1
  }
}

function find(scan: Scan, form: Form, at: number, end: number): void {
  switch (form.kind) {
    case 'token':
      findToken(scan, form, at, end)
      break
    case 'pair':
      findPair(scan, at)
      break
    case 'option':
      findOption(scan, at)
      break
    case 'program':
      findProgram(scan, form, at, end)
      break
    case 'bearer':
      findBearer(scan, at, end)
      break
    case 'basic':
      findBasic(scan, at, end)
      break
    case 'userinfo':
      findUserinfo(scan, end)
      break
    case 'jwt':
      findJwt(scan, at)
      break
    case 'pem':
      findPem(scan, at, end)
      break
    default:
      form satisfies never
  }
}
