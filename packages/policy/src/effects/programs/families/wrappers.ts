import type { Word } from '../../shell/word.ts'
import { elsewhere, joinedScript, runsOrShell } from '../carry.ts'
import { type Family, family } from '../family.ts'
import { run, script, unknown, write } from '../outcomes.ts'
import type { OperandRule, ProgramSpec } from '../program.ts'
import type { ProgramEffect } from '../program-effect.ts'

const runs: OperandRule = (words) => run(words)

/** The first operands are the program's own, the others are run. */
function runsAfter(count: number): OperandRule {
  return (words) => run(words.slice(count))
}

/** A wrapper whose options all precede what it runs. */
function wrapper(harmless: string, unknownOptions = '', operands: OperandRule = runs): ProgramSpec {
  return { options: { harmless, unknown: unknownOptions }, order: 'first', operands }
}

const namespaces = 'm,mount? u,uts? i,ipc? n,net? p,pid? C,cgroup? T,time?'

/** Programs that run the program that their operands name, behind options of their own. */
export const wrappers: Family = family({
  nohup: wrapper(''),
  setsid: wrapper('c,ctty f,fork w,wait h V'),
  nice: { ...wrapper('n,adjustment:'), takesNumbers: true },
  ionice: wrapper('c,class: n,classdata: t,ignore h V', 'p,pid: P,pgid: u,uid:'),
  timeout: wrapper(
    'k,kill-after: s,signal: v,verbose f,foreground p,preserve-status',
    '',
    runsAfter(1)
  ),
  stdbuf: wrapper('i,input: o,output: e,error:'),
  time: {
    options: {
      harmless: 'a,append f,format: p,portability q,quiet v,verbose l h V',
      writes: 'o,output:'
    },
    order: 'first',
    operands: runs
  },
  chrt: wrapper(
    'b,batch d,deadline f,fifo i,idle o,other r,rr R,reset-on-fork T,sched-runtime: P,sched-period: D,sched-deadline: v,verbose h V',
    'a,all-tasks m,max p,pid',
    // Newer versions need no priority for the policies that have none.
    (words) => run(/^\d+$/.test(words[0]?.text ?? '') ? words.slice(1) : words)
  ),
  taskset: {
    ...wrapper('c,cpu-list h V', 'a,all-tasks p,pid', runsAfter(1))
  },
  prlimit: wrapper(
    'noheadings raw verbose o,output: c,core? d,data? e,nice? f,fsize? i,sigpending? l,memlock? m,rss? n,nofile? q,msgqueue? r,rtprio? s,stack? t,cpu? u,nproc? v,as? x,locks? y,rttime? h V',
    'p,pid:'
  ),
  unshare: {
    options: {
      harmless: `${namespaces} U,user? f,fork map-user: map-group: r,map-root-user c,map-current-user map-auto kill-child? propagation: setgroups: keep-caps S,setuid: G,setgid: h V`,
      elsewhere: 'R,root: w,wd:',
      unknown: 'mount-proc? map-users: map-groups: monotonic: boottime:'
    },
    roles: elsewhere,
    order: 'first',
    operands: runsOrShell
  },
  nsenter: {
    options: {
      harmless: 'preserve-credentials F,no-fork Z,follow-context h V S,setuid: G,setgid:',
      elsewhere: `a,all t,target: ${namespaces} U,user? r,root? w,wd? W,wdns:`
    },
    roles: elsewhere,
    order: 'first',
    operands: runsOrShell
  },
  chroot: {
    options: { harmless: 'groups: userspec: skip-chdir' },
    order: 'first',
    operands: (words) => [
      unknown('a program of another root is run', words[0]),
      ...run(words.slice(1))
    ]
  },
  'setarch linux32 linux64 i386 i686 x86_64 aarch64': {
    ...wrapper(
      'B,32bit F,fdpic-funcptrs I,short-inode L,addr-compat-layout R,addr-no-randomize S,whole-seconds T,sticky-timeouts X,read-implies-exec Z,mmap-page-zero 3,3gb 4gb uname-2.6 v,verbose list h V',
      '',
      (words, parsed) => {
        const isArchitecture = /^(?:linux(?:32|64)|i[3-6]86|x86_64|aarch64|armv\w+|ppc\w*)$/
        const [first] = words
        const hasOptions = parsed.options.length > 0
        if (!hasOptions && first?.text !== undefined && isArchitecture.test(first.text)) {
          return afterArchitecture(words.slice(1))
        }
        return runsOrShell(words)
      }
    )
  },
  caffeinate: wrapper('d i m s u t:', 'w:'),
  flock: {
    options: {
      harmless:
        's,shared x,e,exclusive u,unlock n,nb,nonblock w,wait,timeout: E,conflict-exit-code: o,close F,no-fork verbose h V'
    },
    order: 'first',
    operands: (words) => {
      const [file, first, text, ...rest] = words
      const isNumber = file === undefined || /^\d+$/.test(file.text ?? '')
      const made = isNumber ? [] : write(file)
      const isShell = first?.text === '-c' || first?.text === '--command'
      if (!isShell || text === undefined) return [...made, ...run(words.slice(1))]
      return [
        ...made,
        ...script(text, 'sh'),
        ...rest.map((word) => unknown('not understood', word))
      ]
    }
  },
  script: {
    options: {
      harmless:
        'a,append e,return f,flush force E,echo: o,output-limit: q,quiet h V m,logging-format:',
      writes: 'I,log-in: O,log-out: B,log-io: T,log-timing:',
      command: 'c,command:',
      unknown: 't,timing? F: d k p r'
    },
    roles: { command: ({ value }) => (value === undefined ? [] : script(value, 'sh')) },
    operands: (words, { options }) => [
      ...words.slice(0, 1).map((path) => ({ kind: 'write', path }) as const),
      ...(options.some(({ role }) => role === 'command') ? [] : runsOrShell(words.slice(1)))
    ]
  },
  watch: {
    options: {
      harmless:
        'b,beep c,color C,no-color d,differences? e,errexit f,follow g,chgexit q,equexit: n,interval: p,precise t,no-title w,no-wrap r,no-rerun h v',
      exec: 'x,exec',
      unknown: 's,shotsdir:'
    },
    roles: { exec: () => [] },
    order: 'first',
    operands: (words, { options }) => {
      if (words.length === 0 || options.some(({ role }) => role === 'exec')) return run(words)
      return joinedScript(words)
    }
  }
})

function afterArchitecture(words: readonly Word[]): readonly ProgramEffect[] {
  const at = words.findIndex(({ text }) => !/^-[BFILRSTXZ3v]+$/.test(text ?? ''))
  return runsOrShell(at < 0 ? [] : words.slice(at))
}
