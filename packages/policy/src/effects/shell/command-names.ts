import type { Shell } from '../context.ts'

/**
 * Wrappers that only change how long, how politely or with which harmless surroundings a command runs.
 * A rule that allows the command allows it behind these too; rules that restrict still see the wrapper.
 */
const transparent: ReadonlySet<string> = new Set(
  'command builtin exec env nohup nice ionice timeout stdbuf time'.split(' ')
)

/** Whether a command is judged by the command that it runs. Another program of the same name is not. */
export function isTransparent(name: string): boolean {
  return transparent.has(name)
}

/** Words that zsh or fish understand and that are no programs: each may run its arguments. */
const otherShells: ReadonlySet<string> = new Set(
  (
    'noglob nocorrect repeat foreach end - always autoload zmodload zle zstyle zcompile zparseopts vared emulate sched ' +
    'print where whence functions ztcp zsocket zpty zf_rm zf_ln zf_mv zf_chmod sysopen ' +
    'begin and or not not! string psub status abbr funced funcsave set_color switch'
  ).split(' ')
)

/** Names by which PowerShell and cmd call what they run, and that no Unix system has. */
const windows: ReadonlySet<string> = new Set(
  (
    'powershell pwsh cmd wmic forfiles mshta rundll32 regsvr32 cscript wscript bitsadmin certutil schtasks ' +
    'del erase rd ri rni rmdir.exe copy xcopy robocopy move ren iex icm irm iwr saps sajb start call takeown icacls ' +
    'reg regedit net sc diskpart format vssadmin bcdedit wevtutil psexec'
  ).split(' ')
)

const cmdlet =
  /^[A-Z][A-Za-z]+-[A-Z][A-Za-z]+$|^[a-z]+-(object|item|content|process|expression|command|webrequest|restmethod|service|computer|job|acl|itemproperty|childitem|location|variable|module)$/i

/** Why a name means something else in another shell than the one assumed, if it does. */
export function otherShellName(shell: Shell | undefined, name: string): string | undefined {
  const base = name.replace(/^.*[/\\]/, '').replace(/\.(exe|com|cmd|bat|ps1)$/i, '')
  if (windows.has(base.toLowerCase()) || cmdlet.test(base)) {
    return 'it is a command of PowerShell or cmd, which is not understood'
  }
  if (shell !== 'bash' && otherShells.has(name))
    return 'shells differ in what they make of this command'
  return undefined
}
