import { compilePattern } from '../match/compile-pattern.ts'
import { couldMatch } from '../match/could-match.ts'
import { PatternIndex } from '../match/pattern-index.ts'
import { tokenize } from '../match/token.ts'
import { withoutGlobstars } from '../match/without-globstars.ts'
import type { EffectContext } from './context.ts'
import { type Spellings, spelledTexts } from './effect.ts'
import { foldPath } from './fold-path.ts'
import { pathReadings } from './path-readings.ts'

/**
 * Places where a write decides what runs later, who may log in, or what AgentGuard says. Patterns for
 * folded paths: lower case, with slashes.
 */
const places: readonly string[] = [
  // The system: its settings, devices, programs and what starts them.
  ...['/', '/etc/**', '/dev/**', '/boot/**', '/proc/**', '/sys/**', '/system/library/**'],
  ...['/bin/**', '/sbin/**', '/lib/**', '/lib32/**', '/lib64/**', '/usr', '/var', '/root', '/home'],
  ...['/usr/bin/**', '/usr/sbin/**', '/usr/lib/**', '/usr/lib64/**', '/usr/libexec/**'],
  ...['/usr/local/bin/**', '/usr/local/sbin/**', '/usr/local/etc/**', '/users', '~'],
  ...['/var/spool/cron/**', '/var/spool/at/**', '/var/at/**', '/library/launch*/**'],
  ...['c:/', 'c:/windows/**', '**/start menu/programs/startup/**'],
  // What shells, sessions and programs read when they start.
  ...['.bashrc', '.bash_profile', '.bash_login', '.bash_logout', '.bash_aliases', '.profile'],
  ...['.zshrc', '.zshenv', '.zprofile', '.zlogin', '.zlogout', '.kshrc', '.mkshrc', '.shrc'],
  ...['.cshrc', '.tcshrc', '.login', '.logout', '.inputrc', '.envrc', '.pam_environment'],
  ...['.xinitrc', '.xprofile', '.xsession', '.xsessionrc', '.vimrc', '.exrc', '.pythonrc'],
  ...['.gitconfig', '.netrc', '.curlrc', '.wgetrc', '.screenrc', '.tmux.conf', '.gdbinit'],
  ...['.config/fish/**', '.config/autostart/**', '.config/environment.d/**', '.config/git/**'],
  ...[
    'systemd/user/**',
    'systemd/system/**',
    'library/launchagents/**',
    'library/launchdaemons/**'
  ],
  ...['*profile.ps1', 'profile.d/**', 'crontab', 'cron.d/**'],
  // Who may log in, and with what.
  ...['.ssh/**', '.gnupg/**', '.aws/**', '.kube/**', '.docker/config.json'],
  // What runs when somebody works in a repository.
  ...[
    '.git',
    '.vscode',
    '.config',
    '.git/hooks/**',
    '.git/config',
    '.git/config.worktree',
    '.git/info/attributes',
    '.git/commondir'
  ],
  ...['.git/modules/**', '.git/worktrees/**', '.husky/**'],
  // Any directory with a file of this name can be a repository without `.git`, whose settings git follows.
  // It takes `objects`, `refs` and `config` as well, but those are names of everyday directories.
  ...['head', '*.git/config', '*.git/config.worktree', '*.git/commondir', '*.git/hooks/**'],
  ...['.vscode/tasks.json', '.vscode/settings.json', '.vscode/launch.json'],
  // What agents may do, and what they are told: AgentGuard's own policy and log among it.
  ...['.claude/**', '.claude.json', '.mcp.json', '.cursor/**', '.codex/**', '.gemini/**'],
  ...['.continue/**', '.windsurf/**', '.roo/**', '.aider.conf.yml', '.vscode/mcp.json'],
  ...['claude.md', 'agents.md', 'gemini.md', '.cursorrules', '.clinerules/**'],
  ...['.agentguard/**', 'agentguard.yaml', 'agentguard.yml', 'agentguard*.jsonl', 'audit.jsonl*']
].map((place) => (/^(?:[/~]|c:|\*\*)/.test(place) ? place : `**/${place}`))

const index = new PatternIndex(
  places.map((place, order) => ({ pattern: compilePattern(place), order }))
)

/**
 * The places as texts with stars, for paths of which a part is not known. Those that leave a part of a name
 * open would take in too much.
 */
const possible = places
  .filter((place) => !/[^*/]\*|\*[^*/]/.test(place))
  .flatMap(withoutGlobstars)
  .map((text) => ({
    tokens: tokenize(text, { classes: false }),
    names: text.split('/').filter((name) => name !== '' && name !== '*')
  }))

/**
 * Whether a path could be such a place for some value of what is not known of it. `texts` are what is known,
 * folded, in order, with a part of a name missing between each two.
 */
export function mayBeProtected(texts: readonly string[]): boolean {
  const open = texts
    .join(missing)
    .split('/')
    .filter((name) => name.includes(missing))
  const ends = open.map((name) => [name.split(missing).shift(), name.split(missing).pop()] as const)
  // The rest costs too much for every place.
  const fits = (name: string): boolean =>
    ends.some(([head = '', tail = '']) => name.startsWith(head) && name.endsWith(tail))
  return possible.some(
    ({ tokens, names }) => names.some(fits) && couldMatch(tokens, texts, () => 'name')
  )
}

/** Stands for what is missing. */
const missing = '\0'

/** Devices that only take, give or show something. */
const harmless =
  /^\/dev\/(?:null|zero|full|random|urandom|tty|ptmx|std(?:in|out|err)|fd\/[0-2]|(?:shm|pts|fd)(?:\/|$))/

/** Whether a write to a path needs a person's approval where no rule speaks of it. */
export function isProtectedPlace(path: string, context: EffectContext): boolean {
  const { spellings, isTooLong } = pathReadings(path, context)
  return isTooLong || isProtected(spellings, context)
}

/** The same for a path that has been read. It is enough that one spelling is such a place. */
export function isProtected(spelled: Spellings, context: EffectContext): boolean {
  const own = ownPaths(context)
  return spelledTexts(spelled).some((text) => {
    // Nobody knows what a variable in front stands for.
    if (/^[$%]/.test(text)) return true
    const path = foldPath(text)
    // Who replaces a directory replaces what is in it.
    const isOurs = own.some((file) => isWithin(path, file) || isWithin(file, path))
    return !harmless.test(path) && (isListed(path) || isOurs)
  })
}

/** Whether a change of a path is one of AgentGuard's own files: it is one of them, or is in one. */
export function isOwnFile(spelled: Spellings, context: EffectContext): boolean {
  const own = ownPaths(context)
  const paths = spelledTexts(spelled).map(foldPath)
  return paths.some((path) => own.some((file) => isWithin(path, file)))
}

/** The same for a path of which parts of names are not known; `texts` as for `mayBeProtected`. */
export function mayBeOwnFile(texts: readonly string[], context: EffectContext): boolean {
  const folded = texts.map(foldPath)
  return ownPaths(context).some((text) =>
    couldMatch([{ kind: 'text', text }], folded, () => 'name')
  )
}

/** The same for a directory, with which all that is in it goes. */
export function holdsOwnFile(spelled: Spellings, context: EffectContext): boolean {
  const own = ownPaths(context)
  const paths = spelledTexts(spelled).map(foldPath)
  return paths.some((path) => own.some((file) => isWithin(file, path)))
}

function ownPaths({ ownFiles = [] }: EffectContext): readonly string[] {
  return ownFiles.map(foldPath)
}

function isListed(path: string): boolean {
  let isFound = false
  const offer = (): void => {
    isFound = true
  }
  index.search(path, { limit: Number.POSITIVE_INFINITY, canSpend: () => true, offer })
  return isFound
}

/** Whether a path is a place, or in it. */
function isWithin(path: string, place: string): boolean {
  return `${path}/`.startsWith(`${place}/`)
}
