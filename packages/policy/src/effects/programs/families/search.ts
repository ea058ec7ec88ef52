import { type Family, family } from '../family.ts'
import { namesOfGlobs } from '../name-globs.ts'
import { reads, readsAfterFirst, recursing, searchesAfterFirst, treeOf } from '../operands.ts'
import { read, run, throughout, unknown } from '../outcomes.ts'
import type { ParsedArguments } from '../parse-arguments.ts'
import { type OperandRule, program } from '../program.ts'
import type { Profile } from '../program-effect.ts'
import { wordOf } from '../slice-word.ts'

const grep =
  'E,extended-regexp F,fixed-strings G,basic-regexp P,perl-regexp e,regexp: i,y,ignore-case no-ignore-case w,word-regexp x,line-regexp z,null-data s,no-messages v,invert-match m,max-count: b,byte-offset n,line-number line-buffered H,with-filename h,no-filename label: o,only-matching q,quiet,silent binary-files: a,text I D,devices: r,recursive R,dereference-recursive include: exclude: exclude-dir: L,files-without-match l,files-with-matches c,count T,initial-tab Z,null B,before-context: A,after-context: C,context: color,colour? U,binary V'

const listing = program({
  options: {
    harmless:
      'H,hidden I,no-ignore no-ignore-vcs no-ignore-parent u,unrestricted s,case-sensitive i,ignore-case g,glob regex F,fixed-strings and: a,absolute-path l,list-details L,follow p,full-path 0,print0 d,max-depth: min-depth: exact-depth: E,exclude: prune t,type: e,extension: S,size: changed-within: changed-before: o,owner: c,color: j,threads: max-results: 1 q,quiet show-errors strip-cwd-prefix one-file-system h V',
    reads: 'ignore-file: base-directory: search-path:',
    unknown: 'x,exec: X,exec-batch: batch-size: format: path-separator: gen-completions?'
  },
  operands: readsAfterFirst()
})

/** fd runs what follows `-x`, up to a `;`, for each file that it finds. */
const fd: Profile = (args) => {
  const at = args.findIndex(({ text }) => /^(?:-x|-X|--exec|--exec-batch)$/.test(text ?? ''))
  if (at < 0) return listing(args)
  const isFirst = args.slice(0, at).every(({ text }) => text !== undefined && text !== '--')
  if (!isFirst) return [unknown('which words fd runs is not certain', args[at])]
  const command = args.slice(at + 1)
  const end = command.findIndex(({ text }) => text === ';')
  const words = end < 0 ? command : command.slice(0, end)
  const rest = end < 0 ? [] : command.slice(end + 1)
  return [...listing([...args.slice(0, at), ...rest]), ...run(words, true)]
}

interface SearchRules {
  /** Options that give what is searched for, so that the first operand is a place. */
  readonly givenBy: readonly string[]
  /** The option that follows links. */
  readonly following: RegExp
  /** The names of the files that are looked into, where options say which. */
  readonly names: (parsed: ParsedArguments) => readonly string[] | undefined
}

/** Searches go on below directories, and start here when none is named. */
function searched({ givenBy, following, names }: SearchRules): OperandRule {
  const inPlaces = readsAfterFirst(...givenBy)
  return (operands, parsed) => {
    const has = (wanted: RegExp): boolean => parsed.options.some(({ name }) => wanted.test(name))
    if (has(/^(?:type-list|version|help|V)$/)) return []
    const found = inPlaces(operands, parsed)
    const at = operands[0] ?? parsed.options[0]?.at
    const places = found.length > 0 || at === undefined ? found : read(wordOf('.', at))
    if (has(/^files$/)) return places
    const named = parsed.isUncertain ? undefined : names(parsed)
    return throughout(places, has(following) ? 'followed' : 'searched', named)
  }
}

/** `--include` says which files are looked into, unless an `--exclude` lets all others in. */
const included: SearchRules['names'] = ({ options }) =>
  options.some(({ name }) => /^exclude(?:-from)?$/.test(name))
    ? undefined
    : namesOfGlobs(options.flatMap(({ name, value }) => (name === 'include' ? [value] : [])))

/** `-g` says so unless it starts with `!`. */
const chosen: SearchRules['names'] = ({ options }) =>
  options.some(({ name }) => /^(?:iglob|glob-case-insensitive)$/.test(name))
    ? undefined
    : namesOfGlobs(
        options.flatMap(({ name, value }) =>
          /^(?:g|glob)$/.test(name) && value?.prefix.startsWith('!') !== true ? [value] : []
        )
      )

const all: SearchRules['names'] = () => undefined

const patterns = ['e', 'regexp', 'f', 'file']
const inFiles = searchesAfterFirst(...patterns)
const inTrees = searched({
  givenBy: patterns,
  following: /^(?:R|dereference-recursive)$/,
  names: included
})

/** grep goes below directories only when it is told to, and follows all links with `-R`. */
const grepped: OperandRule = (operands, parsed) => {
  const isTold = parsed.options.some(
    ({ role, value }) => role === 'directories' && !/^(?:read|skip)$/.test(value?.text ?? '')
  )
  const recurses = treeOf(parsed, /^(?:[rR]|recursive|dereference-recursive)$/) !== undefined
  return (recurses || isTold ? inTrees : inFiles)(operands, parsed)
}

const isDirectory = ({ text = '/' }: { readonly text: string | undefined }): boolean =>
  /(?:^|\/)\.{0,2}$/.test(text)

/** Two directories are compared file by file; with `-N`, each shows all that it holds. */
const compared: OperandRule = (operands, parsed) => {
  const goesBelow = recursing(
    reads,
    /^(?:[rN]|recursive|(?:unidirectional-)?new-file)$/,
    /^(?:r|recursive)$/
  )
  const effects = goesBelow(operands, parsed)
  return operands.some(isDirectory) ? throughout(reads(operands, parsed), 'followed') : effects
}

/** Programs that search in files. */
export const search: Family = family({
  'grep egrep fgrep': {
    options: { harmless: grep, directories: 'd,directories:', reads: 'f,file: exclude-from:' },
    roles: { directories: () => [] },
    operands: grepped,
    takesNumbers: true,
    isHarmless: true
  },
  rgrep: {
    options: { harmless: grep, directories: 'd,directories:', reads: 'f,file: exclude-from:' },
    roles: { directories: () => [] },
    operands: inTrees,
    takesNumbers: true,
    isHarmless: true
  },
  // `--pre` runs a program for each file, `--hostname-bin` one, `-z` unpackers.
  rg: {
    options: {
      harmless:
        'e,regexp: s,case-sensitive i,ignore-case S,smart-case F,fixed-strings x,line-regexp w,word-regexp v,invert-match m,max-count: U,multiline multiline-dotall P,pcre2 a,text A,after-context: B,before-context: C,context: c,count count-matches l,files-with-matches files-without-match n,line-number N,no-line-number H,with-filename I,no-filename o,only-matching q,quiet r,replace: color: colors: column no-column heading no-heading p,pretty 0,null json stats trim vimgrep passthru sort: sortr: g,glob: iglob: t,type: T,type-not: type-list files hidden no-hidden no-ignore no-ignore-vcs no-ignore-parent no-ignore-dot no-ignore-global u,unrestricted L,follow d,max-depth: max-filesize: max-columns: M: one-file-system no-messages j,threads: E,encoding: b,byte-offset crlf no-config line-buffered mmap no-mmap context-separator: field-context-separator: field-match-separator: engine: path-separator: glob-case-insensitive binary ., V',
      reads: 'f,file: ignore-file:',
      unknown: 'pre: pre-glob: hostname-bin: hyperlink-format: z,search-zip type-add: type-clear:'
    },
    operands: searched({
      givenBy: [...patterns, 'files', 'type-list'],
      following: /^(?:L|follow)$/,
      names: chosen
    })
  },
  ag: {
    options: {
      harmless:
        'A,after: B,before: C,context: c,count i,ignore-case s,case-sensitive S,smart-case l,files-with-matches L,files-without-matches n,norecurse o,only-matching Q,literal w,word-regexp v,invert-match a,all-types u,unrestricted hidden G,file-search-regex: ignore: depth: nocolor color nogroup group nonumbers numbers nofilename filename vimgrep column stats m,max-count: f,follow nobreak'
    },
    operands: searched({ givenBy: [], following: /^(?:f|follow)$/, names: all })
  },
  'fd fdfind': fd,
  diff: {
    options: {
      harmless:
        'normal q,brief s,report-identical-files c C: context? u U: unified? e,ed n,rcs y,side-by-side W,width: left-column suppress-common-lines p,show-c-function F,show-function-line: label: t,expand-tabs T,initial-tab tabsize: suppress-blank-empty l,paginate r,recursive no-dereference N,new-file unidirectional-new-file ignore-file-name-case no-ignore-file-name-case x,exclude: S,starting-file: i,ignore-case E,ignore-tab-expansion Z,ignore-trailing-space b,ignore-space-change w,ignore-all-space B,ignore-blank-lines I,ignore-matching-lines: a,text strip-trailing-cr D,ifdef: line-format: d,minimal horizon-lines: speed-large-files color? palette: v',
      reads: 'X,exclude-from: from-file: to-file:'
    },
    operands: compared,
    takesNumbers: true,
    isHarmless: true
  },
  cmp: {
    options: { harmless: 'b,print-bytes i,ignore-initial: l,verbose n,bytes: s,quiet,silent v' },
    operands: (operands) => operands.slice(0, 2).flatMap(read),
    isHarmless: true
  }
})
