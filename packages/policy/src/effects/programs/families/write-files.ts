import type { Word } from '../../shell/word.ts'
import { type Family, family } from '../family.ts'
import { inDirectory } from '../in-directory.ts'
import { reads, recursing, removes, writes } from '../operands.ts'
import { read, remove, throughout, unknown, write } from '../outcomes.ts'
import type { ParsedArguments } from '../parse-arguments.ts'
import type { OperandRule } from '../program.ts'
import type { ProgramEffect } from '../program-effect.ts'
import { wordAt, wordOf } from '../slice-word.ts'
import { copies, links, movesTo, targetsOfLinks, transfer, transferRoles } from '../transfers.ts'

/** Every operand but the first is written, which is a mode or an owner unless an option gives it. */
function writesAfterMode(operands: readonly Word[], parsed: ParsedArguments): ProgramEffect[] {
  const isGiven = parsed.isUncertain || parsed.options.some(({ role }) => role === 'mode')
  return (isGiven ? operands : operands.slice(1)).flatMap(write)
}

const changesModes = recursing(writesAfterMode, /^(?:R|recursive)$/, /^(?:[HL]|dereference)$/)

const modeRoles = {
  mode: ({ value }: { value?: Word }) => (value === undefined ? [] : read(value))
}

/** Names that start with a known text and go on in a way that only the program knows. */
function startingWith(path: Word): readonly ProgramEffect[] {
  return write(wordAt(path, undefined, path.prefix))
}

/** Names that a program makes up in the working directory, of which one is as good as another. */
function madeHere(name: string, at: Word | undefined, isOpen: boolean): readonly ProgramEffect[] {
  const word = wordOf(name, at ?? { text: '', prefix: '', isSingle: true, start: 0, end: 0 })
  return isOpen ? startingWith(word) : write(word)
}

/**
 * A name of its own in the directory that an option names. Without one it is in $TMPDIR, which only a
 * line that sets it can lead elsewhere; setting it is asked about.
 */
const temporaries: OperandRule = (operands, { options }) => {
  const given = options.findLast(({ role }) => role === 'into')
  if (given?.value !== undefined) {
    const inside = inDirectory(operands.flatMap(write), [given.value])
    return [...throughout(write(given.value), 'all'), ...inside]
  }
  const isElsewhere = given !== undefined || options.some(({ name }) => name === 't')
  if (!isElsewhere) return operands.flatMap(write)
  const climbing = operands.filter(({ text }) => text === undefined || text.includes('/'))
  return climbing.flatMap((word) => write(wordAt(word, undefined, '')))
}

/** Programs that write, move and remove the files that they are given, by the GNU versions' options. */
export const writeFiles: Family = family({
  cp: {
    options: {
      harmless:
        'a,archive attributes-only b backup? copy-contents d f,force i,interactive H l,link L,dereference n,no-clobber P,no-dereference p preserve? no-preserve: R,r,recursive reflink? remove-destination sparse: strip-trailing-slashes s,symbolic-link u v,verbose x,one-file-system Z context? update? debug keep-directory-symlink',
      into: 't,target-directory:',
      exactly: 'T,no-target-directory',
      unknown: 'S,suffix: parents'
    },
    roles: transferRoles,
    operands: transfer(read, copies),
    isHarmless: true
  },
  mv: {
    options: {
      harmless:
        'b backup? f,force i,interactive n,no-clobber strip-trailing-slashes u update? v,verbose Z,context debug exchange no-copy',
      into: 't,target-directory:',
      exactly: 'T,no-target-directory',
      unknown: 'S,suffix:'
    },
    roles: transferRoles,
    operands: movesTo,
    isHarmless: true
  },
  ln: {
    options: {
      harmless:
        'b backup? d,F,directory f,force i,interactive L,logical n,h,no-dereference P,physical r,relative s,symbolic v,verbose',
      into: 't,target-directory:',
      exactly: 'T,no-target-directory',
      unknown: 'S,suffix:'
    },
    roles: transferRoles,
    operands: (operands, parsed) => [
      ...transfer(read, links)(operands, parsed),
      ...targetsOfLinks(operands, parsed)
    ],
    isHarmless: true
  },
  install: {
    options: {
      harmless:
        'b backup? c C,compare D g,group: m,mode: o,owner: p,preserve-timestamps s,strip v,verbose preserve-context Z context?',
      directories: 'd,directory',
      into: 't,target-directory:',
      exactly: 'T,no-target-directory',
      unknown: 'strip-program: S,suffix:'
    },
    roles: { ...transferRoles, directories: () => [] },
    operands: (operands, parsed) =>
      parsed.options.some(({ role }) => role === 'directories')
        ? operands.flatMap(write)
        : transfer(read)(operands, parsed)
  },
  tee: {
    options: { harmless: 'a,append i,ignore-interrupts p output-error?' },
    operands: writes,
    isHarmless: true
  },
  'rm unlink': {
    options: {
      harmless:
        'f,force i I interactive? one-file-system no-preserve-root preserve-root? r,R,recursive d,dir v,verbose P W x'
    },
    operands: recursing(removes, /^(?:[rR]|recursive)$/),
    isHarmless: true
  },
  rmdir: {
    options: { harmless: 'ignore-fail-on-non-empty p,parents v,verbose' },
    operands: removes,
    isHarmless: true
  },
  mkdir: {
    options: { harmless: 'm,mode: p,parents v,verbose Z context?' },
    operands: writes,
    isHarmless: true
  },
  mkfifo: {
    options: { harmless: 'm,mode: Z context?' },
    operands: writes,
    isHarmless: true
  },
  mktemp: {
    options: {
      harmless: 'd,directory u,dry-run q,quiet t suffix:',
      into: 'p: tmpdir?'
    },
    roles: { into: () => [] },
    operands: temporaries,
    isHarmless: true
  },
  touch: {
    options: {
      harmless: 'a c,no-create d,date: f h,no-dereference m t: time: A:',
      reads: 'r,reference:'
    },
    operands: writes,
    isHarmless: true
  },
  chmod: {
    options: {
      harmless:
        'c,changes f,silent,quiet v,verbose no-preserve-root preserve-root R,recursive h,no-dereference dereference H L P',
      mode: 'reference: r w x X s t u g o a 0 1 2 3 4 5 6 7 + ='
    },
    roles: modeRoles,
    operands: changesModes,
    isHarmless: true
  },
  'chown chgrp': {
    options: {
      harmless:
        'c,changes f,silent,quiet v,verbose dereference h,no-dereference from: no-preserve-root preserve-root R,recursive H L P',
      mode: 'reference:'
    },
    roles: modeRoles,
    operands: changesModes,
    isHarmless: true
  },
  truncate: {
    options: { harmless: 'c,no-create o,io-blocks s,size:', reads: 'r,reference:' },
    operands: writes,
    isHarmless: true
  },
  shred: {
    options: {
      harmless: 'f,force n,iterations: s,size: v,verbose x,exact z,zero u remove?',
      reads: 'random-source:'
    },
    operands: (operands) => operands.flatMap((path) => [...write(path), ...remove(path)]),
    isHarmless: true
  },
  sort: {
    options: {
      harmless:
        'b,ignore-leading-blanks d,dictionary-order f,ignore-case g,general-numeric-sort i,ignore-nonprinting M,month-sort h,human-numeric-sort n,numeric-sort R,random-sort r,reverse sort: V,version-sort batch-size: c C check? debug k,key: m,merge s,stable S,buffer-size: t,field-separator: parallel: u,unique z,zero-terminated',
      reads: 'random-source:',
      writes: 'o,output: T,temporary-directory:',
      unknown: 'compress-program: files0-from:'
    },
    operands: reads
  },
  split: {
    options: {
      harmless:
        'a,suffix-length: additional-suffix: b,bytes: C,line-bytes: d numeric-suffixes? x hex-suffixes? e,elide-empty-files l,lines: n,number: t,separator: u,unbuffered verbose',
      unknown: 'filter:'
    },
    takesNumbers: true,
    operands: (operands, { options }) => {
      const [input, prefix, ...rest] = operands
      return [
        ...(input === undefined ? [] : read(input)),
        ...(prefix === undefined
          ? madeHere(
              'xaa',
              input ?? options[0]?.at,
              options.some(({ name }) => name === 'additional-suffix')
            )
          : startingWith(prefix)),
        ...rest.map((word) => unknown('an operand is not understood', word))
      ]
    }
  },
  csplit: {
    options: {
      harmless: 'k,keep-files suppress-matched n,digits: s,quiet,silent z,elide-empty-files',
      prefix: 'f,prefix:',
      // It may hold slashes.
      unknown: 'b,suffix-format:'
    },
    roles: { prefix: ({ value }) => (value === undefined ? [] : startingWith(value)) },
    operands: (operands, { options }) => [
      ...operands.slice(0, 1).flatMap(read),
      ...(options.some(({ role }) => role === 'prefix')
        ? []
        : operands.slice(0, 1).flatMap((at) => write(wordOf('xx00', at))))
    ]
  },
  // The files that it writes are named in the patch; an ed script in one may run commands.
  patch: {
    options: {
      harmless:
        'p,strip: F,fuzz: l,ignore-whitespace c,context n,normal u,unified N,forward R,reverse E,remove-empty-files Z,set-utc T,set-time quoting-style: b,backup t,batch f,force s,quiet,silent verbose dry-run posix merge? binary no-backup-if-mismatch backup-if-mismatch',
      reads: 'i,input:',
      writes: 'o,output: r,reject-file: d,directory:',
      unknown:
        'e,ed D,ifdef: V,version-control: B,prefix: Y,basename-prefix: z,suffix: g,get: reject-format: read-only: follow-symlinks'
    },
    operands: (operands, { options }) =>
      options.some(({ name }) => name === 'dry-run')
        ? operands.flatMap(read)
        : [...operands.slice(0, 1).flatMap(change), ...operands.slice(1).flatMap(read), ...unnamed]
  }
})

function change(path: Word): readonly ProgramEffect[] {
  return [...read(path), ...write(path)]
}

/** A patch says which files it changes. */
export const unnamed: readonly ProgramEffect[] = [
  { kind: 'write', path: { text: undefined, prefix: '', isSingle: false, start: 0, end: 0 } }
]
