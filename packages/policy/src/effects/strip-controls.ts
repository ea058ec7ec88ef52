// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const control = /[\x00-\x08\x0a-\x1f\x7f]/

/** The text without its ASCII control characters; a tab is not one. */
export function stripControls(text: string): string {
  // Most texts have none, and searching is cheaper than copying.
  return control.test(text) ? copyWithoutControls(text) : text
}

/** Copies codes instead of replacing matches, of which there may be a million. */
function copyWithoutControls(text: string): string {
  const codes = new Uint16Array(text.length)
  let length = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x20 ? code === 0x09 : code !== 0x7f) codes[length++] = code
  }
  let copy = ''
  for (let at = 0; at < length; at += chunkLength) {
    copy += String.fromCharCode(...codes.subarray(at, Math.min(length, at + chunkLength)))
  }
  return copy
}

/** As many as may safely be the arguments of one call. */
const chunkLength = 8192
