/** What is read of a parsed URL. */
interface ParsedUrl {
  readonly protocol: string
  readonly hostname: string
  readonly port: string
  readonly pathname: string
}

/** The one global that every runtime has and the ECMAScript library types do not. */
declare const URL: { parse(text: string): ParsedUrl | null }

/** Parses a URL as the WHATWG standard says, or answers null for a text that is none. */
export function parseUrl(text: string): ParsedUrl | null {
  return URL.parse(text)
}
