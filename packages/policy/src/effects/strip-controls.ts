// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const control = /[\x00-\x08\x0a-\x1f\x7f]/
const controls = new RegExp(control, 'g')

/** The text without its ASCII control characters; a tab is not one. */
export function stripControls(text: string): string {
  // Most texts have none, and searching is cheaper than replacing.
  return control.test(text) ? text.replace(controls, '') : text
}
