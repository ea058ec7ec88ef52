import { type Family, family } from '../family.ts'
import { reads } from '../operands.ts'
import { connectTo, read, unknown, write } from '../outcomes.ts'
import { type ProgramSpec, program } from '../program.ts'
import type { Profile, ProgramEffect } from '../program-effect.ts'
import { sliceWord } from '../slice-word.ts'

/** dd: words of the form `name=value`. */
const dd: Profile = (args) =>
  args.flatMap((word): readonly ProgramEffect[] => {
    const [, name = ''] = /^([a-z]+)=/.exec(word.prefix) ?? []
    if (name === 'if') return read(sliceWord(word, 3))
    if (name === 'of') return write(sliceWord(word, 3))
    const isKnown =
      /^(?:bs|ibs|obs|cbs|count|skip|seek|iseek|oseek|conv|iflag|oflag|status|files|fillchar|speed)$/.test(
        name
      )
    return (isKnown && word.isSingle) || /^--(?:help|version)$/.test(word.text ?? '')
      ? []
      : [unknown('an operand is not understood', word)]
  })

/** A program that changes what runs later or on its own. */
const schedules: Profile = (args) =>
  args.length > 0 &&
  args.every(({ text }) => /^(?:-l|-u|root|--version|--help)$/.test(text ?? '')) &&
  args.some(({ text }) => text !== '-u')
    ? []
    : [unknown('it changes what runs later', args[0])]

const opensslSpec: ProgramSpec = {
  options: {
    harmless:
      'a b d e f p o v hex base64 A sha1 sha224 sha256 sha384 sha512 md5 text noout subject issuer dates fingerprint serial modulus enddate startdate purpose checkend: inform: outform: new x509 nodes noenc days: newkey: subj: addext: batch aes-256-cbc aes-128-cbc aes256 salt pbkdf2 iter: nosalt K: iv: pubout pubin passout: servername: showcerts brief quiet algorithm: pkeyopt: name: genkey param_enc: 1 5 6 stdin n: r c binary keyform: certs nocerts nokeys export help',
    reads:
      'in: key: inkey: CAfile: cert: certfile: CA: CAkey: untrusted: verify: signature: extfile: CApath:',
    writes: 'out: keyout: writerand:',
    password: 'pass: passin:',
    host: 'connect:',
    unknown:
      'engine: provider: provider-path: propquery: config: proxy: rand: starttls: conf: section: CAcreateserial CAserial: sigopt: nameopt: kdfopt: keylogfile: sess_out: sess_in: msgfile:'
  },
  roles: {
    host: ({ value }) => (value === undefined ? [] : connectTo(value)),
    password: ({ value }) =>
      value?.prefix.startsWith('file:') === true ? read(sliceWord(value, 'file:'.length)) : []
  },
  hasOneDash: true,
  operands: reads
}

const opensslCommand = program(opensslSpec)
const opensslClient = program({ ...opensslSpec, operands: (words) => words.flatMap(connectTo) })

const openssl: Profile = (args) => {
  const [command, ...rest] = args
  const known =
    /^(?:version|rand|dgst|sha1|sha224|sha256|sha384|sha512|md5|base64|x509|req|rsa|genrsa|genpkey|pkey|ec|ecparam|enc|verify|s_client|passwd|prime|ciphers|asn1parse|crl|pkcs12|pkcs8|list|help|errstr)$/
  if (command === undefined) return [unknown('its commands come from its input')]
  if (!known.test(command.text ?? '')) return [unknown('a subcommand is not understood', command)]
  return command.text === 's_client' ? opensslClient(rest) : opensslCommand(rest)
}

const gpg = program({
  options: {
    harmless:
      'a,armor b,detach-sign c,symmetric e,encrypt d,decrypt s,sign clear-sign,clearsign verify k,list-keys,list-public-keys K,list-secret-keys fingerprint r,recipient: u,local-user: batch yes no q,quiet v,verbose keyid-format: with-colons no-tty import export dearmor enarmor n,dry-run with-fingerprint trust-model: list-packets',
    writes: 'o,output:',
    unknown:
      'homedir: options: photo-viewer: exec-path: keyserver: recv-keys send-keys search-keys refresh-keys passphrase-fd: passphrase-file: passphrase: pinentry-mode: gpg-agent: agent-program: dirmngr-program: load-extension: status-fd: command-fd: keyring: gen-key edit-key delete-keys generate-key quick-gen-key'
  },
  operands: reads
})

/** Programs of the system, and cryptography. */
export const system: Family = family({
  dd,
  crontab: schedules,
  systemctl: {
    options: {
      harmless:
        'user system no-pager q,quiet a,all l,full t,type: state: p,property: n,lines: o,output: now f,force no-block failed plain no-legend value show-types r,recursive reverse',
      unknown:
        'H,host: M,machine: root: image: runtime preset-mode: job-mode: firmware-setup boot-loader-menu:'
    },
    operands: ([verb, ...rest]) =>
      /^(?:status|start|stop|restart|reload|try-restart|reload-or-restart|enable|disable|is-active|is-enabled|is-failed|list-units|list-unit-files|list-timers|list-sockets|list-dependencies|list-jobs|show|cat|daemon-reload|mask|unmask|reset-failed|kill|get-default|help)$/.test(
        verb?.text ?? 'status'
      )
        ? rest
            .filter(({ prefix, text }) => prefix.includes('/') && text !== undefined)
            .map((word) => unknown('a unit is taken from a file', word))
        : [unknown('a command is not understood', verb)]
  },
  'service journalctl dmesg': {
    options: {
      harmless:
        'u,unit: f,follow n,lines: r,reverse e,pager-end x,catalog k,dmesg b,boot? p,priority: since: until: S: U: o,output: no-pager q,quiet a,all T,ctime H,human w l,level: disk-usage list-boots status-all user system no-hostname g,grep: t,identifier: facility: L,color? d,show-delta utc no-tail',
      unknown:
        'D,directory: file: M,machine: root: image: vacuum-size: vacuum-time: rotate flush C,clear c,read-clear namespace: cursor-file: F: K: s'
    },
    // A service is a program of the directory for them, unless its name leads out of it.
    operands: (words) =>
      words
        .filter(({ prefix }) => prefix.includes('/'))
        .map((word) => unknown('a program of another place is run', word))
  },
  openssl,
  'gpg gpg2': gpg,
  'mkfs mkfs.ext4 mkfs.xfs mkfs.vfat mkswap wipefs': {
    options: {
      harmless: 't,type: L,label: q,quiet F f,force a,all n,no-act',
      unknown: 'd: O: E: o:'
    },
    operands: (operands) => operands.flatMap(write)
  },
  sponge: { options: { harmless: 'a' }, operands: (operands) => operands.flatMap(write) }
})
