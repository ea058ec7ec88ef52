import type { Word } from '../../shell/word.ts'
import { elsewhere, joinedScript } from '../carry.ts'
import { type Family, family } from '../family.ts'
import { read, run, runAssigned, runOnNames, script, unknown } from '../outcomes.ts'
import type { FoundOption } from '../parse-arguments.ts'
import { program } from '../program.ts'
import type { Profile, ProgramEffect } from '../program-effect.ts'
import { replaceMarker } from '../replace-marker.ts'
import { knownText, sliceWord, wordOf } from '../slice-word.ts'

/** A program that may run others in ways that are not described here. */
const carrier: Profile = (args) => {
  if (args.length === 1 && /^--?(?:version|help)$/.test(args[0]?.text ?? '')) return []
  const at = args.findIndex(({ prefix }) => !prefix.startsWith('-'))
  return [unknown('it may run other programs', args[0]), ...run(at < 0 ? [] : args.slice(at))]
}

const env = program({
  options: {
    harmless:
      'i,ignore-environment 0,null u,unset: v,debug block-signal? default-signal? ignore-signal? list-signal-handling',
    elsewhere: 'C,chdir:',
    unknown: 'S,split-string: P: L: U: a,argv0:'
  },
  roles: elsewhere,
  order: 'first',
  operands: (words) => runAssigned(words[0]?.text === '-' ? words.slice(1) : words)
})

const plainFlag = /^(?:-[iv0]+|--ignore-environment|--null|--debug|-u.+|--unset=.*)$/
const splits = /^(?:-[iv0]*S|--split-string(?:=|$))/

/** The words of a text without quotes, escapes, comments and variables; undefined with one. */
function plainWords(value: Word): readonly Word[] | undefined {
  const text = knownText(value)
  if (text === undefined || /["'\\$#]/.test(text)) return undefined
  return text.split(/[ \t\n\v\f\r]+/).flatMap((part) => (part === '' ? [] : wordOf(part, value)))
}

/** How often env may find a text to split in one that it has split. */
const maxSplits = 8

/** env reads the words of `-S` as if they stood there. */
const envSplitting: Profile = (args) => splitEnv(args, maxSplits)

function splitEnv(args: readonly Word[], left: number): readonly ProgramEffect[] {
  const at = args.findIndex(({ prefix }) => splits.test(prefix))
  const before = args.slice(0, Math.max(at, 0))
  const word = args[at]
  const isReached = before.every(({ text }) => plainFlag.test(text ?? ''))
  if (word === undefined || !isReached || left === 0) return env(args)
  const length = splits.exec(word.prefix)?.[0].length ?? 0
  const isSeparate =
    word.text !== undefined && word.text.length === length && !word.prefix.endsWith('=')
  const value = isSeparate ? args[at + 1] : sliceWord(word, length)
  if (value === undefined) return [unknown('an option has no value', word)]
  const words = plainWords(value)
  const rest = args.slice(isSeparate ? at + 2 : at + 1)
  if (words !== undefined) return splitEnv([...before, ...words, ...rest], left - 1)
  return [
    ...env(before),
    unknown('how env splits a text is not certain', value),
    ...script(value, 'sh')
  ]
}

/** xargs, by the GNU version's options; `-i`, `-e` and `-l` take attached values only. */
const xargs = program({
  options: {
    harmless:
      'L: l? n,max-args: o,open-tty P,max-procs: p,interactive r,no-run-if-empty s,max-chars: show-limits t,verbose x,exit',
    nul: '0,null',
    splitting: 'd,delimiter: E: e,eof?',
    marker: 'I: i,replace?',
    reads: 'a,arg-file:',
    unknown: 'max-lines? process-slot-var: J: R: S:'
  },
  roles: {
    nul: () => [],
    splitting: () => [],
    marker: ({ value }) =>
      value === undefined || knownText(value) ? [] : [unknown('a marker is not known', value)]
  },
  order: 'first',
  operands: (words, { options }) => {
    const given = options.findLast(({ role }) => role === 'marker')
    if (given === undefined) return takesNames(options) ? runOnNames(words) : run(words, true)
    const marker = given.value?.text ?? '{}'
    return run(replaceMarker(words, marker, { prefix: '', isSingle: true }))
  }
})

/** Whether its input is split at NUL characters alone, and is no file that an option names. */
function takesNames(options: readonly FoundOption[]): boolean {
  const isSplitOtherwise = ({ role }: FoundOption): boolean => /^(?:splitting|reads)$/.test(role)
  return options.some(({ role }) => role === 'nul') && !options.some(isSplitOtherwise)
}

const parallel = program({
  options: {
    harmless:
      '0,null a1 j,jobs,P,max-procs: k,keep-order n,max-args: N,max-replace-args: L,max-lines: X m bar eta progress dry-run,dryrun v,verbose t halt: joblog: delay: timeout: retries: no-notice will-cite ungroup,u group line-buffer,lb,linebuffer tag tagstring: colsep,C: d,delimiter: q,quote r,no-run-if-empty s,max-chars: x,exit silent I: i,replace? trim: max-line-length-allowed number-of-cores nice: memfree: load: noswap',
    reads: 'a,arg-file:'
  },
  order: 'first',
  operands: (words) => {
    const end = words.findIndex(({ text }) => /^:{3,4}\+?$/.test(text ?? ''))
    const command = end < 0 ? words : words.slice(0, end)
    if (command.length === 0) return [unknown('its input is run')]
    // GNU parallel gives the command and the arguments, quoted, to a shell.
    return [...joinedScript(command), ...run(command, true)]
  }
})

const busybox: Profile = (args) => {
  const [first] = args
  if (first === undefined || /^--(?:list(?:-full)?|help)$/.test(first.text ?? '')) return []
  if (first.prefix.startsWith('-')) return [unknown('an option is not understood', first)]
  return run(args)
}

const tracing = {
  harmless:
    'a: b: c C d D f F i k n q r t T u: v w x y z Z e: I: p: P: s: S: U: X: O: h V A trace: follow-forks output-separately summary-only summary no-abbrev decode-fds? string-limit: absolute-timestamps? relative-timestamps? syscall-times? columns: attach:',
  output: 'o,output:',
  unknown: 'E,env: inject: fault: l: L: g: H: j N'
}

const tracer = program({
  options: tracing,
  roles: {
    output: ({ value, at }) =>
      value?.text === undefined || /^[|!]/.test(value.text)
        ? [unknown('its output may go to a program', at)]
        : [{ kind: 'write', path: value }]
  },
  order: 'first',
  operands: (words) => run(words)
})

const dynamicLinker: Profile = (args) => {
  if (args.length === 1 && args[0]?.text === '--version') return []
  const at = args.findIndex(({ prefix }) => !prefix.startsWith('-'))
  return [
    unknown('it loads the program that it is given', args[0]),
    ...run(at < 0 ? [] : args.slice(at))
  ]
}

/** at and batch run what a file or their standard input says. */
const at: Profile = (args): readonly ProgramEffect[] =>
  args.length === 1 && /^-[lV]$/.test(args[0]?.text ?? '')
    ? []
    : [unknown('its input is run later', args[0])]

const runParts = program({
  options: {
    harmless:
      'test list v,verbose report reverse exit-on-error new-session lsbsysinit regex: u,umask: a,arg:'
  },
  operands: (words) => [
    ...words.flatMap(read),
    unknown('every program of a directory is run', words[0])
  ]
})

/** Programs that run the programs that are named somewhere among their arguments. */
export const carriers: Family = family({
  env: envSplitting,
  xargs,
  'parallel sem': parallel,
  'busybox toybox': busybox,
  strace: tracer,
  'ld.so ld-linux.so.2 ld-linux-x86-64.so.2 ld-linux-aarch64.so.1 ld-linux-armhf.so.3 ld-musl-x86_64.so.1 ld-musl-aarch64.so.1':
    dynamicLinker,
  'at batch': at,
  'run-parts': runParts,
  'ltrace fakeroot eatmydata nocache chronic ifne pee unbuffer catchsegv setpriv pkexec gosu su-exec torsocks torify proxychains proxychains4 numactl cgexec chpst softlimit envdir setuidgid setlock systemd-run systemd-inhibit dbus-run-session dbus-launch xvfb-run faketime rlwrap valgrind heaptrack perf gdb lldb rr firejail bwrap proot capsh tini dumb-init s6-setuidgid daemonize start-stop-daemon trickle cpulimit schedtool hyperfine niceload expect socat tmux screen byobu dtach abduco ssh-agent aa-exec runcon sg newgrp cross-env cross-env-shell dotenv multilog tcpserver entr watchexec nodemon fswatch anacron arch-chroot systemd-nspawn lxc-attach machinectl vipe vidir':
    carrier
})
