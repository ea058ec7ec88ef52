import type { Json } from './json.ts'

const directoryNames = new Set(
  'cwd workdir workingdir workingdirectory currentdir currentdirectory chdir'.split(' ')
)
const likelyDirectoryNames = new Set(
  'cd pwd dir directory folder root location path base workspace project repo repository'.split(' ')
)
const lastWords = /(?:cwd|dir|directory|root|folder|workspace)$/

/**
 * Whether a member, by its folded name, is the directory in which a command runs.
 *
 * `isShell`: the tool runs commands, so that less usual names mean that too.
 */
export function isDirectoryName(name: string, isShell: boolean): boolean {
  return (
    directoryNames.has(name) ||
    (isShell && (likelyDirectoryNames.has(name) || lastWords.test(name)))
  )
}

const powers =
  /^(?:withescalatedpermissions|escalate|escalated|sudo|root|asroot|elevated|privileged|admin|asadmin|runasadmin|user|runas|runasuser|username|disablesandbox|nosandbox|dangerouslydisablesandbox|bypasssandbox)$/
const sandboxes = /^sandbox(?:permissions|mode)?$/
const isOff = /^(?:off|no|none|false|disabled?|.*(?:escalat|full|danger|bypass).*)$/i

/** Whether a member beside a command, by its folded name, asks for another user or for fewer limits. */
export function asksForPower(name: string, value: Json): boolean {
  if (sandboxes.test(name)) return isOff.test(String(value))
  if (!powers.test(name) || value === null || value === false) return false
  // A text is the name of a user; of `root`, a directory.
  if (name === 'root') return value === true
  return typeof value !== 'string' || !/^(?:false|no|0)?$|[\\/]/i.test(value)
}
