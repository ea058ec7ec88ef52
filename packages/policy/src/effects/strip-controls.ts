// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const control = /[\x00-\x08\x0a-\x1f\x7f]/
const controls = new RegExp(control, 'g')

/** Whether the text has an ASCII control character; a tab is not one. */
export function hasControls(text: string): boolean {
  return control.test(text)
}

/** The text without its ASCII control characters; a tab is not one. */
export function stripControls(text: string): string {
  // Most texts have none, and searching is cheaper than copying.
  return hasControls(text) ? text.replace(controls, '') : text
}
