import type { Word } from '../../shell/word.ts'
import { type Family, family } from '../family.ts'
import { inDirectory } from '../in-directory.ts'
import { read, remove, throughout, unknown, write } from '../outcomes.ts'
import type { ParsedArguments } from '../parse-arguments.ts'
import { type OperandRule, type ProgramSpec, program } from '../program.ts'
import type { Profile, ProgramEffect } from '../program-effect.ts'
import { wordAt, wordOf } from '../slice-word.ts'

const tarValues = 'bCfFgHIKLNTVX'

const tarProgram = program({
  options: {
    harmless:
      'v,verbose z,gzip,gunzip,ungzip j,bzip2 J,xz Z,compress,uncompress zstd lzma lzip lzop a,auto-compress no-auto-compress p,preserve-permissions,same-permissions k,keep-old-files w,interactive,confirmation O,to-stdout m,touch o no-same-owner same-owner h,dereference l,check-links S,sparse W,verify B,read-full-records i,ignore-zeros n,seek b,blocking-factor: format: starting-file: tape-length: newer,after-date: label: newer-mtime: exclude: exclude-vcs exclude-vcs-ignores exclude-caches exclude-backups strip-components: owner: group: mode: mtime: sort: wildcards no-wildcards anchored no-anchored ignore-case no-ignore-case no-recursion recursion numeric-owner no-same-permissions keep-newer-files overwrite overwrite-dir skip-old-files warning: totals? checkpoint? acls no-acls xattrs no-xattrs selinux no-selinux one-file-system null no-null full-time utc quoting-style: block-number R ignore-failed-read ignore-command-error occurrence? posix old-archive portability hard-dereference clamp-mtime force-local G,incremental',
    extracts: 'x,extract,get',
    creates: 'c,create r,append u,update A,catenate,concatenate delete',
    looks: 't,list d,diff,compare test-label',
    archive: 'f,file:',
    directory: 'C,directory:',
    reads: 'X,exclude-from:',
    writes: 'g,listed-incremental: index-file:',
    unknown:
      'H: K: L: N: V: I,use-compress-program: to-command: checkpoint-action: F,info-script,new-volume-script: rsh-command: rmt-command: T,files-from: transform,xform: M,multi-volume P,absolute-names U,unlink-first recursive-unlink remove-files one-top-level? backup? suffix: volno-file: add-file: s,preserve-order'
  },
  roles: {
    extracts: () => [],
    creates: () => [],
    looks: () => [],
    archive: () => [],
    directory: () => []
  },
  operands: (operands, parsed) => [...archiveEffects(parsed), ...memberEffects(operands, parsed)]
})

function archiveEffects({ options }: ParsedArguments): readonly ProgramEffect[] {
  const creates = options.some(({ role }) => role === 'creates')
  return options.flatMap(({ role, value, at }) => {
    if (role !== 'archive' || value === undefined) return []
    // A colon before any slash names another host, which tar reaches by a remote shell.
    if (/^[^/]*:/.test(value.prefix) || (value.text === undefined && !value.prefix.includes('/'))) {
      return [unknown('the archive may be on another host', at), ...write(value)]
    }
    return creates ? write(value) : read(value)
  })
}

/** Members are read when an archive is made, and written, at names that it holds, when it is taken apart. */
function memberEffects(
  operands: readonly Word[],
  { options }: ParsedArguments
): readonly ProgramEffect[] {
  const directories = options.flatMap(({ role, value }) =>
    role === 'directory' && value !== undefined ? [value] : []
  )
  const follows = options.some(({ name }) => name === 'h' || name === 'dereference')
  const reads = options.some(({ role }) => role === 'creates')
    ? [
        ...throughout(operands.flatMap(read), follows ? 'followed' : 'all'),
        // For BSD's it is another archive, whose members may be anywhere.
        ...operands
          .filter(({ prefix }) => prefix.startsWith('@'))
          .map((word) => unknown('members come from another archive', word))
      ]
    : []
  const toStdout = options.some(({ name }) => name === 'O' || name === 'to-stdout')
  const extracts = options.find(({ role }) => role === 'extracts')
  const inside = extracts && wordOf('.', extracts.at)
  const writes = inside === undefined || toStdout ? [] : throughout(write(inside), 'followed')
  const isMoved = directories.length > 0
  return [...reads, ...(isMoved ? inDirectory([...reads, ...writes], directories) : writes)]
}

/** tar's first word may be letters without a dash, whose values are the next words, in order. */
const tar: Profile = (args) => {
  const [first, ...rest] = args
  const letters = first?.text
  if (first === undefined || letters === undefined || !/^[A-Za-z]+$/.test(letters)) {
    return first !== undefined && letters === undefined && !first.prefix.startsWith('-')
      ? [unknown('a word may be options', first), ...tarProgram(args)]
      : tarProgram(args)
  }
  const expanded: Word[] = []
  for (const letter of letters) {
    expanded.push(wordOf(`-${letter}`, first))
    const value = tarValues.includes(letter) ? rest.shift() : undefined
    if (value !== undefined) expanded.push(value)
  }
  return tarProgram([...expanded, ...rest])
}

/** Programs that replace a file by a packed or unpacked one. The number of threads is a word of its own for xz alone. */
function packer(suffix: string, isUnpacking: boolean, threads = 'T?'): ProgramSpec {
  return {
    options: {
      harmless:
        'c,stdout,to-stdout f,force k,keep l,list n,no-name q,quiet t,test v,verbose 0 1,fast 2 3 4 5 6 7 8 9,best e,extreme threads: rsyncable synchronous s,small rm',
      threads,
      packs: 'z,compress',
      unpacks: 'd,decompress,uncompress',
      unknown:
        'N,name S,suffix: r,recursive F,format: files? files0? o: D: patch-from: output-dir-flat: M'
    },
    roles: { packs: () => [], unpacks: () => [], threads: () => [] },
    operands: (operands, parsed) => {
      const has = (names: RegExp): boolean => parsed.options.some(({ name }) => names.test(name))
      const isTold = parsed.options.some(({ role }) => /^(?:un)?packs$/.test(role))
      // Of several of these the last one counts, but in gzip.
      const looks = has(/^(?:l|list|t|test)$/) && !isTold
      if (looks || has(/^(?:c|stdout|to-stdout)$/)) return operands.flatMap(read)
      const unpacks = isUnpacking || parsed.options.some(({ role }) => role === 'unpacks')
      const keeps = has(/^(?:k|keep)$/)
      return operands.flatMap((path) => [
        ...read(path),
        ...write(unpacks ? withoutSuffix(path) : withSuffix(path, suffix)),
        ...(keeps || path.text === '-' ? [] : remove(path))
      ])
    }
  }
}

function withSuffix(path: Word, suffix: string): Word {
  if (path.text === '-') return path
  if (path.text === undefined) return wordAt(path, undefined, path.prefix)
  return wordAt(path, `${path.text}${suffix}`)
}

function withoutSuffix(path: Word): Word {
  if (path.text === '-') return path
  if (path.text === undefined) return wordAt(path, undefined, path.prefix)
  return wordAt(path, path.text.replace(/\.\w+$/, ''))
}

/** zip: letters that are one option each; `-TT` and `--unzip-command` run a program. */
const zip: Profile = (args) => {
  const isOption = ({ prefix }: Word): boolean => prefix.startsWith('-') && prefix !== '-'
  const known =
    /^-[rqvjyufDXo0-9]+$|^-[xi]$|^--(?:recurse-paths|quiet|verbose|junk-paths|symlinks|exclude|include)$/
  const isUncertain = ({ text, prefix, isSingle }: Word): boolean =>
    (text === undefined && prefix === '') || !isSingle || text === '@' || text === '-@'
  const unknowns = args.filter(
    (word) => isUncertain(word) || (isOption(word) && !known.test(word.text ?? ''))
  )
  const [archive, ...files] = args.filter((word) => !isOption(word))
  const keepsLinks = args.some(({ text }) =>
    /^(?:-[a-xzA-Z0-9]*y[a-zA-Z0-9]*|--symlinks)$/.test(text ?? '')
  )
  return [
    ...unknowns.map((word) => unknown('an option is not understood', word)),
    ...(archive === undefined ? [] : write(archive)),
    ...throughout(files.flatMap(read), keepsLinks ? 'all' : 'followed')
  ]
}

const extractsTo =
  (directory: string): OperandRule =>
  ([archive], { options }) => {
    const looks = options.some(({ name }) => /^[lvtzpcZ]$/.test(name))
    const given = options.find(({ name }) => name === directory)?.value
    if (archive === undefined) return []
    const target = given ?? wordOf('.', archive)
    return [...read(archive), ...(looks ? [] : throughout(write(target), 'followed'))]
  }

/** Programs that pack and unpack files. */
export const archives: Family = family({
  'tar gtar': tar,
  gzip: packer('.gz', false),
  'gunzip bunzip2 unxz unzstd': packer('', true),
  bzip2: packer('.bz2', false),
  'xz lzma': packer('.xz', false, 'T:'),
  zstd: packer('.zst', false),
  zip,
  unzip: {
    options: {
      harmless: 'l v t z p c Z 1 o n q u f j a C L V X K M h P: B x: i:',
      directory: 'd:',
      unknown: ': ^'
    },
    roles: { directory: () => [] },
    operands: extractsTo('d')
  }
})
