import type { Role } from './verbs.ts'
import { isUsual, wordsOf } from './words.ts'

/** What an argument is, as far as its name says. */
export type ArgumentKind =
  | 'path'
  | 'url'
  | 'host'
  /** A command line, or a list of the words of one. */
  | 'command'
  /** Several commands. */
  | 'commands'
  /** Words that follow a command. */
  | 'words'
  /** The shell that is to run a command. */
  | 'interpreter'
  /** Variables of the environment of a command. */
  | 'environment'
  /** An HTTP method. */
  | 'method'
  /** What the tool is to do, in a word. */
  | 'operation'
  /** Text that the tool stores, shows or sends, and does not follow. */
  | 'data'
  /** A change of files, as text. */
  | 'patch'
  | 'other'

/** What the name of an argument says about it. */
export interface NameReading {
  readonly kind: ArgumentKind
  /** The name alone says so, whatever the tool is. */
  readonly isSure: boolean
  /** The whole name is a usual one, so that its value has to be a text. */
  readonly isExact?: boolean
  readonly role?: Role
  /** It is a directory, to which other paths may be relative. */
  readonly isBase?: boolean
  /** It is inside of something that says what it is, under a name that says nothing. */
  readonly isInside?: boolean
  /** It is spelled as nobody does, so that two programs may not agree which argument it is. */
  readonly isOdd?: boolean
}

const sure: Readonly<Partial<Record<ArgumentKind, string>>> = {
  path: 'path paths pathname pathnames file files filename filenames filepath filepaths dir dirs directory directories folder folders cwd workdir workingdir workingdirectory currentdir save_as saveas absolutepath relativepath rootdir basedir outputdir outdir outputfile inputfile outputpath inputpath targetpath targetfile targetdir sourcepath sourcefile sourcedir oldpath newpath destpath destinationpath filelist pathlist',
  url: 'url urls uri uris href hrefs endpoint endpoints webhook webhooks proxy baseurl baseuri targeturl callbackurl webhookurl imageurl pageurl fileurl websiteurl',
  host: 'host hosts hostname hostnames domain domains ip ips ipaddress fqdn',
  command: 'command cmd cmdline commandline command_line shellcommand bashcommand argv',
  commands: 'commands cmds',
  interpreter: 'shell',
  environment: 'env environment envvars env_vars environment_variables',
  method: 'method http_method httpmethod verb http_verb',
  operation: 'operation op action mode subcommand',
  data: 'content contents body text texts message messages new_string old_string newstring oldstring new_str old_str newstr oldstr new_text old_text newtext oldtext insert_text file_text filetext replacement prompt html markdown description comment caption summary thought',
  patch: 'patch diff'
}

const likely: Readonly<Partial<Record<ArgumentKind, string>>> = {
  path: 'source sources src destination destinations dest dst target targets from to root roots input inputs output outputs location locations attachment attachments base old new old_name new_name oldname newname name origin',
  url: 'link links src website site page',
  host: 'server servers address addresses addr remote peer',
  command: 'script code stdin chars program executable expression run exec execute line lines',
  words: 'args arguments arg parameters params'
}

/** The last word of a name such as `output_file`. */
const lastWords: Readonly<Partial<Record<ArgumentKind, string>>> = {
  path: 'path paths file files filename filenames filepath filepaths dir dirs directory directories folder folders',
  url: 'url urls uri uris href endpoint webhook',
  host: 'host hosts hostname domain domains ip',
  command: 'command cmd',
  method: 'method'
}

const sureKinds = kindsOf(sure)
const likelyKinds = kindsOf(likely)
const lastWordKinds = kindsOf(lastWords)

const roles: ReadonlyMap<string, Role> = new Map([
  ...'source src from old input original origin'
    .split(' ')
    .map((word) => [word, 'source'] as const),
  ...'destination destinations dest dst to new target output out save saveas'
    .split(' ')
    .map((word) => [word, 'target'] as const)
])

/** Words that nobody takes apart: `paTH` is odd. */
const atoms = new Set(
  'path paths file files dir dirs url urls uri uris host domain command commands cmd folder directory href ip'.split(
    ' '
  )
)

const bases = new Set(
  'cwd workdir workingdir workingdirectory root roots rootdir base basedir dir directory folder'.split(
    ' '
  )
)

const other: NameReading = Object.freeze({ kind: 'other', isSure: false })

/** What a name says about an argument. */
export function readName(name: string): NameReading {
  const words = wordsOf(name)
  const flat = words.join('')
  const joined = words.join('_')
  const last = words.at(-1) ?? ''
  const exact = sureKinds.get(joined) ?? sureKinds.get(flat)
  const sure = exact ?? lastWordKinds.get(last)
  const kind = sure ?? likelyKinds.get(joined) ?? likelyKinds.get(flat)
  if (kind === undefined) return other
  const role = words.map((word) => roles.get(word)).find((one) => one !== undefined)
  return {
    kind,
    isSure: sure !== undefined,
    ...(exact !== undefined && { isExact: true }),
    ...(role !== undefined && { role }),
    ...(kind === 'path' && (bases.has(flat) || bases.has(last)) && { isBase: true }),
    ...((!isUsual(name) || (words.length > 1 && atoms.has(flat))) && { isOdd: true })
  }
}

function kindsOf(
  table: Readonly<Partial<Record<ArgumentKind, string>>>
): ReadonlyMap<string, ArgumentKind> {
  return new Map(
    (Object.keys(table) as ArgumentKind[]).flatMap((kind) =>
      (table[kind] ?? '').split(' ').map((name) => [name, kind] as const)
    )
  )
}

/** The one name that all spellings of a name have in common. */
export function foldName(name: string): string {
  return wordsOf(name).join('')
}
