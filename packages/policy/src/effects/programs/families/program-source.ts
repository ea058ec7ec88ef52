import { read, unknown } from '../outcomes.ts'
import type { OperandRule } from '../program.ts'
import { knownText } from '../slice-word.ts'

/** Names of what is no file of its own: the standard input and its kin. */
export const stream: RegExp = /^(?:-|\/dev\/(?:stdin|tty|fd\/.*)|\/proc\/.*)$/

/**
 * A script is judged by the text of its command, as the policy's author wrote it, and its file is
 * read; a program that comes from somewhere else is unknown.
 */
export const runsFile: OperandRule = ([file], { options }) => {
  if (options.some(({ role }) => role === 'asks')) return []
  if (file === undefined) return [unknown('its program comes from its input')]
  const text = knownText(file)
  if (text === undefined && (file.prefix === '' || !file.isSingle)) {
    return [unknown('which program is run is not known', file)]
  }
  return stream.test(text ?? '') ? [unknown('its program comes from its input', file)] : read(file)
}
