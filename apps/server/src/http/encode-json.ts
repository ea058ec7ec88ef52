const unsafe = /[<>&\u2028\u2029]/g

/**
 * Encodes a value as compact JSON and a line break.
 *
 * `<`, `>`, `&` and the two Unicode line separators are escaped, so that the text is also safe inside
 * HTML and JavaScript.
 */
export function encodeJson(value: unknown): string {
  return `${JSON.stringify(value).replace(unsafe, escapeUnit)}\n`
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
