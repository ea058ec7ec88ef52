import type { Word } from '../../shell/word.ts'
import { type Family, family } from '../family.ts'
import { mayConnectTo, read, unknown } from '../outcomes.ts'
import { type ProgramSpec, program } from '../program.ts'
import type { Profile, ProgramEffect } from '../program-effect.ts'
import { knownText, wordOf } from '../slice-word.ts'
import { stream } from './program-source.ts'

const goFlags =
  'v x n a race msan asan cover work trimpath i json short failfast count: run: bench: benchtime: benchmem timeout: t: parallel: p: cpu: tags: o: mod: coverprofile: covermode: coverpkg: list: skip: shuffle: vet: u d f: m e deps test compiled find versions retracted c buildvcs: pgo: fullpath ldflags: gcflags: diff all src cmd short w'

/** Flags of the compiler and the linker that leave things out, tell more, or set a text. */
const buildFlags =
  /^(?:[\w./]+=)?\s*(?:(?:-(?:[swNlSe]|m(?:=\d)?|m=?m|dwarf=\w+|compressdwarf=\w+)|-buildid=[\w.-]*|-X[ =](?:'[\w./-]+=[^'"]*'|"[\w./-]+=[^'"]*"|[\w./-]+=[\w./:+@-]*))(?:\s+|$))*$/

const goSpec: ProgramSpec = {
  options: {
    harmless: [...new Set(goFlags.split(' '))]
      .filter((entry) => !/^(?:o|ldflags|gcflags|coverprofile|w|u):?$/.test(entry))
      .join(' '),
    upgrades: 'u',
    linking: 'ldflags: gcflags:',
    writes:
      'o: coverprofile: cpuprofile: memprofile: blockprofile: mutexprofile: trace: outputdir:',
    unknown:
      'exec: toolexec: overlay: modfile: modcacherw C: vettool: asmflags: gccgoflags: compiler: pkgdir: installsuffix: linkshared buildmode: w args'
  },
  roles: {
    upgrades: () => [],
    // Others write files, load code or run programs.
    linking: ({ value, at }) =>
      buildFlags.test(value?.text ?? '?')
        ? []
        : [unknown('options of another program are not understood', at)]
  },
  hasOneDash: true
}

/** A package by its path, of which the first part is a host; or a file or a directory from here. */
function packageOf(word: Word): readonly ProgramEffect[] {
  const { prefix } = word
  if (/^[./~]|\.go$/.test(prefix)) return read({ ...word, isPossible: true })
  const [host] = /^[\w-]+(?:\.[\w-]+)+(?=[/@]|$)/.exec(prefix) ?? []
  return host === undefined ? [] : mayConnectTo(wordOf(host, word))
}

const flags = program({ ...goSpec, operands: (words) => words.flatMap(packageOf) })
const flagsOfRun = program({
  ...goSpec,
  order: 'first',
  operands: (words) => {
    // One package, or files of one; what follows is for the program.
    const others = words.findIndex(({ prefix }) => !prefix.endsWith('.go'))
    return words.slice(0, others < 0 ? undefined : Math.max(others, 1)).flatMap(packageOf)
  }
})

/** go: a subcommand and its flags; the ones that name programs or other files are unknown. */
const go: Profile = (args) => {
  const [command, ...rest] = args
  const name = command?.text
  if (command === undefined || /^(?:version|help|doc)$/.test(name ?? '')) return []
  const known = /^(?:build|test|vet|fmt|list|get|install|clean|generate)$/
  if (name === 'run') return flagsOfRun(rest)
  if (known.test(name ?? '')) return flags(rest)
  if (
    /^(?:mod|work)$/.test(name ?? '') &&
    /^(?:tidy|download|init|verify|graph|why|vendor|sync|use)$/.test(rest[0]?.text ?? '')
  )
    return flags(rest.slice(1))
  if (name === 'env' && rest.every(({ text }) => /^(?:-json|[A-Z0-9]+)$/.test(text ?? '')))
    return []
  return [unknown('a subcommand is not understood', command)]
}

const settable =
  /^(?:V|VERBOSE|DEBUG|DESTDIR|PREFIX|prefix|BUILD|BUILD_TYPE|BUILD_DIR|CONFIG|CONFIGURATION|VERSION|ARCH|TARGET|OS|PLATFORM|TAG|ENV|NAME|PROFILE|MODE|TEST|TESTS|PORT|HOST|REGION|STAGE)=[\w./:@+-]*$/
const switched =
  /^(?!SHELL|MAKE)[A-Za-z_]\w*=(?:\d+|y|n|yes|no|on|off|true|false|debug|release|Debug|Release)?$/

/** make runs what a file says, which is judged by the text of the command; options may bring more. */
const make: Profile = program({
  options: {
    harmless:
      'B,always-make b m d debug? e,environment-overrides i,ignore-errors j,jobs? k,keep-going l,load-average,max-load? n,just-print,dry-run,recon O,output-sync? p,print-data-base q,question r,no-builtin-rules R,no-builtin-variables s,silent,quiet no-silent S,no-keep-going,stop t,touch v w,print-directory no-print-directory W,what-if,new-file,assume-new: o,old-file,assume-old: trace warn-undefined-variables C,directory: h',
    file: 'f,file,makefile:',
    unknown:
      'E,eval: I,include-dir: L,check-symlink-times jobserver-auth: jobserver-style: shuffle?'
  },
  roles: {
    file: ({ value, at }) =>
      value === undefined || stream.test(value.text ?? '-')
        ? [unknown('its rules come from its input', at)]
        : read(value)
  },
  operands: (words) =>
    words.flatMap((word) => {
      if (!word.prefix.includes('=') && word.text !== undefined) return []
      const text = knownText(word) ?? ''
      return settable.test(text) || switched.test(text)
        ? []
        : [unknown('a variable of make may name a program', word)]
    })
})

/** Programs that build what files of the project say. */
export const buildTools: Family = family({
  go,
  make: make,
  'gmake bmake': make
})
