import type { Word } from '../../shell/word.ts'
import { type Family, family } from '../family.ts'
import { each } from '../operands.ts'
import { connectTo, unknown } from '../outcomes.ts'
import type { OperandRule } from '../program.ts'
import type { Profile, ProgramEffect } from '../program-effect.ts'
import { sliceWord, wordAt } from '../slice-word.ts'

/** A host and a port make one target. */
const hostAndPort: OperandRule = ([host, port, ...rest]) => [
  ...(host === undefined ? [] : connectTo(withPort(host, port))),
  ...rest.map((word) => unknown('an operand is not understood', word))
]

function withPort(host: Word, port: Word | undefined): Word {
  if (host.text === undefined || !/^\d+$/.test(port?.text ?? '')) return host
  const name = host.text.includes(':') && !host.text.startsWith('[') ? `[${host.text}]` : host.text
  return wordAt(host, `${name}:${port?.text ?? ''}`)
}

const recordTypes = /^(?:A|AAAA|MX|TXT|NS|SOA|CNAME|PTR|SRV|CAA|ANY|DNSKEY|DS|IN)$/i

/** dig: a question is sent to a server, and by it to the servers of the name. */
const dig: Profile = (args) =>
  args.flatMap((word, index) => {
    const isValue = /^-[pct]$/.test(args[index - 1]?.text ?? '') && /^\w+$/.test(word.text ?? '')
    return isValue ? [] : question(word)
  })

function question(word: Word): readonly ProgramEffect[] {
  const { prefix, text } = word
  if (prefix.startsWith('@')) return connectTo(sliceWord(word, 1))
  if (/^(?:\+.*|-[46mriuvpctxq])$/.test(text ?? '') || recordTypes.test(text ?? '')) return []
  return /^(?:$|[-+])/.test(prefix)
    ? [unknown('an option is not understood', word)]
    : connectTo(word)
}

const asks = each(connectTo)

/** Programs that send something to another host. */
export const networkTools: Family = family({
  'nc netcat ncat nc.openbsd nc.traditional': {
    options: {
      harmless: 'v z n u t 4 6 N w: q: i: h C d D r verbose wait: zero recv-only send-only ssl',
      unknown:
        'e,exec: c,sh-exec: lua-exec: l,listen k,keep-open p,source-port: s,source: x,proxy: X,proxy-type: P: U,unixsock g: G: I: O: T: V: m: M: o,output: F S allow: deny: broker chat ssl-cert: ssl-key: proxy-auth:'
    },
    operands: hostAndPort
  },
  telnet: {
    options: { harmless: '4 6 8 E L a K d c', unknown: 'n: l: e: b: x X: S: r f F k:' },
    operands: hostAndPort
  },
  'ping ping6': {
    options: {
      harmless: 'c: i: W: w: q n v 4 6 a A b D O t: s: R U M: l: L d f p: Q: h V',
      unknown: 'I: m: S: e:'
    },
    operands: asks
  },
  'traceroute tracepath mtr traceroute6': {
    options: {
      harmless: '4 6 n b l: m: q: w: I,icmp T U F p: f: c: r,report',
      unknown: 'i: s: g: z: M: O: A'
    },
    operands: asks
  },
  dig,
  'host nslookup': {
    options: {
      harmless: 'a t: v 4 6 c: l r s T w d W: R: N: type: debug query:',
      unknown: 'm: p: port:'
    },
    operands: asks
  },
  whois: {
    options: {
      harmless: 'H a b c r',
      host: 'h,host:',
      unknown: 'p,port: g: i: I K l L m M s: T: q: t v: x'
    },
    roles: { host: ({ value }) => (value === undefined ? [] : connectTo(value)) },
    operands: asks
  },
  'tcpdump tshark dumpcap wireshark ngrep': {
    options: {
      harmless: 'n v e q t tt ttt A X x l D c: i: s: p S N L list-interfaces',
      reads: 'r: F:',
      writes: 'w:',
      unknown: 'z: Z: G: C: W: E: M: V: y: B: j: U a: b: f: Y: T: O: R: H: postrotate-command:'
    }
  },
  'nmap masscan ncrack hydra sqlmap nikto ftp lftp tftp rsh rlogin rexec mosh rclone aria2c axel lynx w3m links elinks youtube-dl yt-dlp s3cmd mail mailx sendmail msmtp mutt swaks ldapsearch smbclient rpcclient ngrok cloudflared tailscale openvpn wg':
    (args) =>
      args.length === 1 && /^--?(?:version|help|V|h)$/.test(args[0]?.text ?? '')
        ? []
        : [unknown('where it connects to and what it runs is not known', args[0])]
})
