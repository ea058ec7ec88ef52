import type { Word } from '../../shell/word.ts'
import { type Family, family } from '../family.ts'
import { run, runAssigned, script, unknown } from '../outcomes.ts'
import type { OperandRule, ProgramSpec } from '../program.ts'
import type { ProgramEffect } from '../program-effect.ts'

const runs: OperandRule = (words) => run(words)

/** The first operands are the program's own, the others are run. */
function runsAfter(count: number): OperandRule {
  return (words) => run(words.slice(count))
}

const elsewhere = {
  elsewhere: ({ at }: { at: Word }) => [unknown('what it runs is run in another directory', at)]
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
    runsAfter(1)
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
  'fakeroot eatmydata nocache chronic ifne unbuffer catchsegv setpriv pkexec gosu su-exec torsocks torify proxychains proxychains4 numactl cgexec chpst softlimit envdir setuidgid setlock systemd-run systemd-inhibit dbus-run-session dbus-launch xvfb-run faketime rlwrap valgrind heaptrack perf gdb lldb rr firejail bwrap proot capsh tini dumb-init s6-setuidgid daemonize start-stop-daemon trickle cpulimit schedtool hyperfine sem niceload expect socat tmux screen byobu dtach abduco ssh-agent aa-exec runcon sg newgrp cross-env cross-env-shell dotenv dotenvx direnv mise asdf rtx op doppler aws-vault chamber infisical pipenv poetry pdm hatch rye tox nox conda mamba micromamba nix nix-shell nix-build nix-instantiate guix flatpak snap-confine unbuffer multilog tcpserver inetd entr watchexec nodemon inotifywait fswatch guard at batch atd run-parts anacron':
    carrier,
  doas: {
    options: { harmless: 'n u: L', unknown: 'a: C: s' },
    order: 'first',
    operands: runsOrShell
  },
  sudo: {
    options: {
      harmless:
        'b,background B,bell E preserve-env? H,set-home K,remove-timestamp k,reset-timestamp l,list n,non-interactive P,preserve-groups p,prompt: S,stdin v,validate V C,close-from: T,command-timeout: u,user: g,group: U,other-user: N,no-update',
      shell: 'i,login s,shell',
      elsewhere: 'D,chdir: R,chroot:',
      unknown: 'A,askpass e,edit h host: r,role: t,type: a,auth-type: c,login-class:'
    },
    roles: { ...elsewhere, shell: () => [] },
    order: 'first',
    operands: (words, { options }) => {
      if (
        options.some(({ name }) =>
          /^(?:K|remove-timestamp|k|reset-timestamp|l|list|v|validate|V|version)$/.test(name)
        ) &&
        words.length === 0
      )
        return []
      const usesShell = options.some(({ role }) => role === 'shell')
      const expands = words.filter(({ text }) => usesShell && /\$/.test(text ?? '$'))
      return [
        ...expands.map((word) => unknown('a shell expands the word again', word)),
        ...(words.length === 0 ? runsOrShell(words) : runAssigned(words))
      ]
    }
  },
  'su runuser': {
    options: {
      harmless: 'm,p,preserve-environment l,login P,pty h V G,supp-group: g,group:',
      command: 'c,command: session-command:',
      user: 'u,user:',
      unknown: 'f,fast s,shell: w,whitelist-environment:'
    },
    roles: {
      command: ({ value }) => (value === undefined ? [] : script(value, 'sh')),
      user: () => []
    },
    operands: (words, { options }) => {
      if (options.some(({ role }) => role === 'user')) return runsOrShell(words)
      const users = words.filter(({ text }) => text !== '-')
      const hasCommand = options.some(({ role }) => role === 'command')
      if (hasCommand && users.length < 2) return []
      return [unknown('a shell reads further commands', users[1])]
    }
  },
  flock: {
    options: {
      harmless:
        's,shared x,e,exclusive u,unlock n,nb,nonblock w,wait,timeout: E,conflict-exit-code: o,close F,no-fork verbose h V'
    },
    order: 'first',
    operands: (words) => {
      const [, first, text, ...rest] = words
      const isShell = first?.text === '-c' || first?.text === '--command'
      if (!isShell || text === undefined) return run(words.slice(1))
      return [...script(text, 'sh'), ...rest.map((word) => unknown('not understood', word))]
    }
  },
  script: {
    options: {
      harmless:
        'a,append e,return f,flush force E,echo: o,output-limit: q,quiet h V m,logging-format:',
      writes: 'I,log-in: O,log-out: B,log-io: T,log-timing: t,timing?',
      command: 'c,command:'
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

/** A wrapper that starts a shell when no program is named. */
function runsOrShell(words: readonly Word[]): readonly ProgramEffect[] {
  return words.length === 0 ? [unknown('a shell reads further commands')] : run(words)
}

function afterArchitecture(words: readonly Word[]): readonly ProgramEffect[] {
  const at = words.findIndex(({ text }) => !/^-[BFILRSTXZ3v]+$/.test(text ?? ''))
  return runsOrShell(at < 0 ? [] : words.slice(at))
}

/** Words that a shell reads again, joined by blanks. */
function joinedScript(words: readonly Word[]): readonly ProgramEffect[] {
  const [first] = words
  if (first === undefined) return []
  const texts = words.map(({ text, isSingle }) => (isSingle ? text : undefined))
  const isKnown = texts.every((text) => text !== undefined)
  const text = isKnown ? texts.join(' ') : undefined
  const joined = {
    ...first,
    text,
    prefix: text ?? first.prefix,
    end: words.at(-1)?.end ?? first.end
  }
  return script({ ...joined, isSingle: true }, 'sh')
}

/** A program that may run others in ways that are not described here. */
function carrier(args: readonly Word[]): readonly ProgramEffect[] {
  const isAsked = args.length === 1 && /^--?(?:version|help)$/.test(args[0]?.text ?? '')
  if (isAsked) return []
  const at = args.findIndex(({ prefix }) => !prefix.startsWith('-'))
  return [unknown('it may run other programs', args[0]), ...run(at < 0 ? [] : args.slice(at))]
}
