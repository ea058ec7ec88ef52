import type { Json } from './json.ts'
import { maxValues } from './limits.ts'

const strings = /"(?:[^"\\]|\\.)*(?:"|$)/gsu
const colon = /\s*:/y

/**
 * What looks like names and texts in a text that is no JSON: duplicate members, the end missing. Each text
 * becomes an object with the last name before it. Linear.
 */
export function scanText(text: string): Json[] {
  const found: Json[] = []
  let name = ''
  let end = 0
  for (const match of text.matchAll(strings)) {
    const value = unescaped(match[0])
    end = match.index + match[0].length
    colon.lastIndex = end
    if (colon.test(text)) name = value
    else found.push(memberOf(name, value))
    if (found.length >= maxValues) break
  }
  // Not one string: the text itself may be all there is.
  if (end === 0) found.push(text)
  return found
}

function memberOf(name: string, value: string): Json {
  const member: Record<string, Json> = Object.create(null)
  member[name] = value
  return member
}

function unescaped(literal: string): string {
  const inner =
    literal.endsWith('"') && literal.length > 1 ? literal.slice(1, -1) : literal.slice(1)
  try {
    return JSON.parse(`"${inner}"`)
  } catch {
    return inner
  }
}
