import type { Span } from './scan.ts'
import { isHidden } from './value.ts'

/** What a shell acts upon, wherever it stands. Without any of these a span hides nothing. */
const mayBeLive = /[;|&`\r\n]|\$\(/

/** Lines that a key is made of: base64, headers of an armour, and its end. */
const keyLine = /^(?:[\w+/=-]{16,}|[\w+/]+==?|[A-Z][\w-]*: [^;|&$`]*|-----.*)?\\?$/

/** An entity of XML. */
const entity = /^&#?\w{1,10};/

interface Stretch {
  readonly start: number
  readonly end: number
}

/** What is left of spans. */
export interface CutSpans {
  readonly spans: readonly Span[]
  /** What was cut off, in order and without overlaps. */
  readonly rests: readonly Stretch[]
}

/**
 * Ends each span before the first character that a shell would act upon. Otherwise whoever writes
 * `echo "token="; rm x; echo ""` would have the rest of the line taken for a value, and nobody who is asked, or who
 * reads the log, would see what runs. The tail of a secret that looks like that stays.
 *
 * The time is linear in the length of the text.
 */
export function cutLive(text: string, spans: readonly Span[]): CutSpans {
  if (!spans.some(({ start, end }) => mayBeLive.test(text.slice(start, end)))) {
    return { spans, rests: [] }
  }
  const quoting = createQuoting(text)
  const kept: Span[] = []
  const rests: Stretch[] = []
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const end = quoting.endOf(span)
    // What is left may be nothing, or removed already.
    if (!isHidden(text, { start: span.start, end, next: end })) kept.push({ ...span, end })
    const from = Math.max(end, rests.at(-1)?.end ?? 0)
    if (from < span.end) rests.push({ start: from, end: span.end })
  }
  return { spans: kept, rests }
}

type Quote = '"' | "'" | undefined

/** Follows the quotes of a shell from the start of a text on. */
function createQuoting(text: string) {
  let at = 0
  let quote: Quote

  function step(): void {
    const char = text[at]
    if (char === '\\' && quote !== "'") at++
    else if (char === quote) quote = undefined
    else if (quote === undefined && (char === '"' || char === "'")) quote = char
    at++
  }

  return {
    /**
     * Where a span has to end: before what is live in it, and before the first quote if something is: without that,
     * nobody could tell any more what is inside of quotes.
     */
    endOf({ start, end }: Span): number {
      while (at < start) step()
      const reached = { at, quote }
      let border: number | undefined
      while (at < end && !isLive(text, at, { end, quote })) {
        const before = at
        step()
        if (quote !== reached.quote) border ??= before
      }
      const cut = at < end ? (border ?? at + keyLength(text, at)) : end
      // Spans can overlap, and the next one may begin inside of this one.
      at = reached.at
      quote = reached.quote
      return Math.min(end, Math.max(start, cut))
    }
  }
}

/** How much of a key stands at the start of a line that goes on in another way. No name of a program is as long. */
function keyLength(text: string, lineEnd: number): number {
  keyStart.lastIndex = lineEnd
  return keyStart.exec(text)?.[0].length ?? 0
}

const keyStart = /\n[ \t]*[\w+/=-]{32,16384}/y

function isLive(
  text: string,
  at: number,
  { end, quote }: { readonly end: number; readonly quote: Quote }
): boolean {
  if (quote === "'") return false
  const char = text[at]
  if (char === '`' || (char === '$' && text[at + 1] === '(')) return true
  if (quote === '"') return false
  if (char === '&') return !entity.test(text.slice(at, at + longestEntity))
  if (char === '\n') return !keyLine.test(lineFrom(text, at + 1).trim())
  return char === ';' ? !endsEntity(text, at) && !goesOn(text, at, end) : char === '|'
}

const longestEntity = 13

function endsEntity(text: string, at: number): boolean {
  return /&#?\w{1,10}$/.test(text.slice(Math.max(0, at - longestEntity), at))
}

const longestLooked = 4096

/** Whether a semicolon is that of a list such as `a=1; b=2`, in which nothing runs. */
function goesOn(text: string, at: number, end: number): boolean {
  const next = /^; ?[\w.-]+=[^\s;]*/.exec(text.slice(at, Math.min(end, at + longestLooked)))?.[0]
  return next !== undefined && (at + next.length >= end || text[at + next.length] === ';')
}

const longestLine = 128

function lineFrom(text: string, at: number): string {
  const end = text.slice(at, at + longestLine).search(/[\r\n]/)
  return end === -1 ? text.slice(at, at + longestLine) : text.slice(at, at + end)
}
