// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const controls = /[\x00-\x08\x0a-\x1f\x7f]/g

/** The text without its ASCII control characters; a tab is not one. */
export function stripControls(text: string): string {
  // Most texts have none, and searching is cheaper than replacing.
  return hasControls(text) ? text.replace(controls, '') : text
}

function hasControls(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x20 ? code !== 0x09 : code === 0x7f) return true
  }
  return false
}
