import type { Word } from '../../shell/word.ts'
import { joinedScript } from '../carry.ts'
import { type Family, family } from '../family.ts'
import { treeOf } from '../operands.ts'
import {
  connectTo,
  elsewhere,
  read,
  remove,
  script,
  throughout,
  unknown,
  write
} from '../outcomes.ts'
import type { ParsedArguments } from '../parse-arguments.ts'
import { type OperandRule, type ProgramSpec, program } from '../program.ts'
import type { Profile, ProgramEffect } from '../program-effect.ts'
import { knownText, wordAt, wordOf } from '../slice-word.ts'
import { placesOf } from '../transfers.ts'
import { sshSetting } from './transfer-options.ts'

const roles: NonNullable<ProgramSpec['roles']> = {
  setting: ({ value, at }) => sshSetting(value, at)
}

/** The host of `user@host`, `ssh://user@host:port/`, `host:path`. A user may hold `@` and `/`. */
function hostOf(word: Word): Word {
  const place = /^\w+:\/\//.test(word.prefix)
    ? /^\w+:\/\/(?:[^/]*@)?(\[[^\]]*\]|[^:/]*)/
    : /^(?:.*@)?(\[[^\]]*\]|[^:/]*)/
  const [, host = ''] = place.exec(word.prefix) ?? []
  const isWhole =
    word.text !== undefined || word.prefix.length > word.prefix.indexOf(host) + host.length
  return isWhole ? wordOf(host, word) : wordAt(word, undefined, host)
}

const sshOptions = {
  harmless: '1 2 4 6 a C f G k K n N q T t V v x y B: b: c: l: m: p: Q: e:',
  reads: 'i:',
  writes: 'E:',
  setting: 'o:',
  unknown: 'A g M s X Y D: F: I: J: L: O: P: R: S: W: w:'
}

const isIdle = ({ options }: ParsedArguments): boolean =>
  options.some(({ name }) => /^[NVGQ]$/.test(name))

/** Behind the host stand further options, and a command for the other side. */
function behindHost(wasIdle: boolean): Profile {
  return program({
    options: sshOptions,
    roles,
    order: 'first',
    operands: (words, parsed) => {
      if (words.length > 0) return joinedScript(words)
      return wasIdle || isIdle(parsed) ? [] : [unknown('a shell reads further commands')]
    }
  })
}

const behindHostIdle = behindHost(true)
const behindHostBusy = behindHost(false)

/** Spellings of this machine, and numbers that may be one. */
const here = /^(?:localhost|.*\.localhost\.?|ip6-.*|\[?[\d:a-f.x]*\]?)$/i

/** Whether a host is surely not this machine. */
function isOther(host: Word): boolean {
  const text = knownText(host)
  return text !== undefined && !here.test(text.replace(/\.$/, ''))
}

const ssh = program({
  options: sshOptions,
  roles,
  order: 'first',
  operands: ([host, ...rest], parsed) => {
    if (host === undefined) return []
    const behind = isIdle(parsed) ? behindHostIdle : behindHostBusy
    const name = hostOf(host)
    return [...connectTo(name), ...(isOther(name) ? elsewhere(behind(rest)) : behind(rest))]
  }
})

const remote = /^(?!\.{0,2}\/)(?:\w+:\/\/|(?:[^@/:]*@)?(?:\[[^\]]*\]|[^/:]+):)/

/** What a copy between hosts does with an operand; the last one is its target. */
function copied(operands: readonly Word[]): readonly ProgramEffect[] {
  return operands.flatMap((word, index) => {
    if (remote.test(word.prefix)) return connectTo(hostOf(word))
    if (knownText(word) === undefined) return [...read(word), ...write(word)]
    if (index < operands.length - 1 || index === 0) return read(word)
    return [
      write(word),
      ...operands.slice(0, -1).map((source) => writesInside(source, word))
    ].flat()
  })
}

/** A copy in a directory has the name of what is copied, which may stand behind a host. */
function writesInside(source: Word, directory: Word): readonly ProgramEffect[] {
  const path = source.text?.replace(remote, '')
  return placesOf(path === undefined ? source : wordOf(path, source), directory)
    .slice(1)
    .flatMap(write)
}

/** rsync copies directories as they are; what it deletes is in its target. */
const synchronized: OperandRule = (operands, parsed) => {
  const isFollowing = /^(?:[LkK]|copy-links|keep-dirlinks|copy-dirlinks|copy-unsafe-links)$/
  const tree = treeOf(
    parsed,
    /^(?:[ard]|archive|recursive|dirs|files-from|delete.*|del)$/,
    isFollowing
  )
  const deletes = parsed.options.some(({ name }) => /^del/.test(name))
  const target = operands.at(-1)
  const isHere = target !== undefined && !remote.test(target.prefix)
  return [
    ...throughout(copied(operands), tree),
    ...(deletes && isHere ? throughout(remove(target), 'all') : [])
  ]
}

/** Programs that work on other hosts by way of ssh. */
export const remoteShells: Family = family({
  ssh,
  scp: {
    options: {
      harmless: '1 2 3 4 6 B C O p q r R s T v c: l: P:',
      reads: 'i:',
      setting: 'o:',
      unknown: 'A D: F: J: S: X:'
    },
    roles,
    operands: (operands, parsed) =>
      throughout(copied(operands), treeOf(parsed, /^[rR]$/) && 'followed')
  },
  sftp: {
    options: {
      harmless: '4 6 a C f N p q r v B: c: l: P: R:',
      reads: 'i:',
      setting: 'o:',
      unknown: 'A b: D: F: J: S: s: X:'
    },
    roles,
    operands: (operands) => [
      ...operands.slice(0, 1).flatMap((host) => connectTo(hostOf(host))),
      unknown('its commands are not known', operands[0])
    ]
  },
  // A server's name with `:` or `::`, or an address of its own scheme, is another host.
  rsync: {
    options: {
      harmless:
        'v,verbose q,quiet a,archive r,recursive R,relative no-R no-relative no-implied-dirs u,update inplace append append-verify d,dirs l,links L,copy-links copy-unsafe-links safe-links munge-links k,copy-dirlinks K,keep-dirlinks H,hard-links p,perms E,executability A,acls X,xattrs o,owner g,group devices specials D t,times O,omit-dir-times J omit-link-times S,sparse preallocate n,dry-run W,whole-file x,one-file-system existing,ignore-non-existing ignore-existing delete del delete-before delete-during delete-delay delete-after delete-excluded ignore-errors force max-delete: max-size: min-size: partial P m,prune-empty-dirs numeric-ids timeout: contimeout: I,ignore-times size-only c,checksum checksum-choice: z,compress compress-level: zc,compress-choice: skip-compress: C,cvs-exclude exclude: include: 8 h,human-readable progress i,itemize-changes stats info: debug: bwlimit: chmod: no-perms no-owner no-group no-times no-o no-g no-p no-motd 4,ipv4 6,ipv6 mkpath b,backup delay-updates fuzzy y out-format: list-only s,protect-args,secluded-args N,crtimes U,atimes B,block-size: port: stop-after: outbuf: no-compress no-links',
      shell: 'e,rsh:',
      reads: 'exclude-from: include-from: compare-dest: link-dest: copy-dest: password-file:',
      writes: 'log-file: backup-dir: T,temp-dir: partial-dir: write-batch: only-write-batch:',
      unknown:
        'suffix: rsync-path: M,remote-option: files-from: read-batch: f,filter: F daemon config: server sender remove-source-files remove-sent-files address: sockopts: blocking-io early-input: iconv: protocol: log-file-format: usermap: groupmap: chown: copy-as: super fake-super old-args trust-sender dparam: no-detach from0 0'
    },
    roles: {
      shell: ({ value, at }) =>
        /^ssh(?: -[46Cq]| -[pl] ?\w+)*$/.test(value?.text ?? '')
          ? []
          : [
              unknown('its remote shell may be any program', at),
              ...(value === undefined ? [] : script(value, 'sh'))
            ]
    },
    operands: synchronized
  }
})
