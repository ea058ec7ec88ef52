/** What goes into a `settings.json` of Claude Code, so that it asks a command before each tool. */
export interface HookSettings {
  readonly hooks: Readonly<Record<'PreToolUse', readonly HookMatcher[]>>
}

interface HookMatcher {
  readonly matcher: string
  readonly hooks: readonly HookCommand[]
}

interface HookCommand {
  readonly type: 'command'
  readonly command: string
  readonly timeout: number
  readonly onFailure: 'block'
  readonly statusMessage: string
}

/** How long the hook may take beside waiting for a person, in seconds. */
const spare = 60

/**
 * The settings for a command line, which a shell will read. Its time-out is longer than the waiting for a person: a hook
 * that is late stops nothing by itself. `onFailure` makes that, and a command that is not there, a denial.
 */
export function hookSettings(words: readonly string[], approvalTimeoutMs: number): HookSettings {
  const hook: HookCommand = {
    type: 'command',
    command: words.map(quoted).join(' '),
    timeout: Math.ceil(approvalTimeoutMs / 1000) + spare,
    onFailure: 'block',
    statusMessage: 'AgentGuard'
  }
  return { hooks: { PreToolUse: [{ matcher: '*', hooks: [hook] }] } }
}

/** A word for a POSIX shell, which Claude Code uses, on Windows that of Git. */
function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  return `'${word.replaceAll("'", `'\\''`)}'`
}
