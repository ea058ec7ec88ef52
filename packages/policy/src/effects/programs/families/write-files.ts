import type { Word } from '../../shell/word.ts'
import { type Family, family } from '../family.ts'
import { reads, removes, writes } from '../operands.ts'
import { read, remove, unknown, write } from '../outcomes.ts'
import type { ParsedArguments } from '../parse-arguments.ts'
import type { OperandRule } from '../program.ts'
import type { ProgramEffect } from '../program-effect.ts'
import { wordAt, wordOf } from '../slice-word.ts'

type Outcome = (path: Word) => readonly ProgramEffect[]

/** Where a transfer may put a file: at the target, and inside it when it is a directory. */
function placesOf(source: Word, target: Word): readonly Word[] {
  const base = source.text?.replace(/\/+$/, '').split('/').pop()
  if (target.text === undefined || source.text === undefined || base === undefined) return [target]
  return [target, wordAt(target, `${target.text.replace(/\/*$/, '/')}${base}`)]
}

/** The last operand, or the value of `-t`, is where the others go. */
function transfer(ofSource: Outcome): OperandRule {
  return (operands, parsed) => {
    if (parsed.isUncertain || operands.slice(-1).some(({ isSingle }) => !isSingle)) {
      return operands.flatMap((word) => [...ofSource(word), ...write(word)])
    }
    const given = parsed.options.find(({ role }) => role === 'into')?.value
    const isAlone = operands.length === 1 && given === undefined
    const sources = given === undefined && !isAlone ? operands.slice(0, -1) : operands
    const target = given ?? (isAlone ? undefined : operands.at(-1))
    const isExact = parsed.options.some(({ role }) => role === 'exactly')
    return sources.flatMap((source) => [
      ...ofSource(source),
      ...placesFor(source, target, isExact).flatMap(write)
    ])
  }
}

function placesFor(source: Word, target: Word | undefined, isExact: boolean): readonly Word[] {
  if (target === undefined) return placesOf(source, wordOf('.', source)).slice(1)
  return isExact ? [target] : placesOf(source, target)
}

const transferRoles = { into: (): [] => [], exactly: (): [] => [] }

/** Every operand but the first is written, which is a mode or an owner unless an option gives it. */
function writesAfterMode(operands: readonly Word[], parsed: ParsedArguments): ProgramEffect[] {
  const isGiven = parsed.isUncertain || parsed.options.some(({ role }) => role === 'mode')
  return (isGiven ? operands : operands.slice(1)).flatMap(write)
}

const modeRoles = {
  mode: ({ value }: { value?: Word }) => (value === undefined ? [] : read(value))
}

/** Names that start with a known text and go on in a way that only the program knows. */
function startingWith(path: Word): readonly ProgramEffect[] {
  return write(wordAt(path, undefined, path.prefix))
}

/** Programs that write, move and remove the files that they are given, by the GNU versions' options. */
export const writeFiles: Family = family({
  cp: {
    options: {
      harmless:
        'a,archive attributes-only b backup? copy-contents d f,force i,interactive H l,link L,dereference n,no-clobber P,no-dereference p preserve? no-preserve: parents R,r,recursive reflink? remove-destination sparse: strip-trailing-slashes s,symbolic-link u v,verbose x,one-file-system Z context? update? debug keep-directory-symlink',
      into: 't,target-directory:',
      exactly: 'T,no-target-directory',
      unknown: 'S,suffix:'
    },
    roles: transferRoles,
    operands: transfer(read),
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
    operands: transfer((path) => [...read(path), ...remove(path)]),
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
    operands: transfer(read),
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
    operands: removes,
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
      writes: 'p: tmpdir?'
    },
    operands: writes,
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
    operands: writesAfterMode,
    isHarmless: true
  },
  'chown chgrp': {
    options: {
      harmless:
        'c,changes f,silent,quiet v,verbose dereference h,no-dereference from: no-preserve-root preserve-root R,recursive H L P',
      mode: 'reference:'
    },
    roles: modeRoles,
    operands: writesAfterMode,
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
    operands: (operands) => {
      const [input, prefix, ...rest] = operands
      return [
        ...(input === undefined ? [] : read(input)),
        ...(prefix === undefined ? [] : startingWith(prefix)),
        ...rest.map((word) => unknown('an operand is not understood', word))
      ]
    }
  },
  csplit: {
    options: {
      harmless:
        'b,suffix-format: k,keep-files suppress-matched n,digits: s,quiet,silent z,elide-empty-files',
      prefix: 'f,prefix:'
    },
    roles: { prefix: ({ value }) => (value === undefined ? [] : startingWith(value)) },
    operands: (operands) => operands.slice(0, 1).flatMap(read)
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

const unnamed: readonly ProgramEffect[] = [
  { kind: 'write', path: { text: undefined, prefix: '', isSingle: false, start: 0, end: 0 } }
]
