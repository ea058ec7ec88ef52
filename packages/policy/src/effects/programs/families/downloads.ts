import { withSlash } from '../../path-ends.ts'
import type { Word } from '../../shell/word.ts'
import { type Family, family } from '../family.ts'
import { read, unknown, write } from '../outcomes.ts'
import type { FoundOption, ParsedArguments } from '../parse-arguments.ts'
import type { ProgramSpec } from '../program.ts'
import type { ProgramEffect } from '../program-effect.ts'
import { knownText, sliceWord, wordAt, wordOf } from '../slice-word.ts'

const scheme = /^[a-z][a-z0-9+.-]*:\/\//i
/** An address in which the host is one plain text: no list or range that curl would expand. */
const expandsHost =
  /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?!(?:[^/?#]*@)?\[[0-9a-f:.%]+\](?::\d+)?(?:[/?#]|$))[^/?#]*[[\]{}]/i

/** What curl would expand in an address, but for the brackets of a numeric host. */
const expands = /[{}]|\[(?![0-9a-f:.%]+\])/i

/** The connection to an address, which may lack its scheme. */
function connectToUrl(word: Word, method: string): readonly ProgramEffect[] {
  const { prefix, text } = word
  if (prefix.startsWith('@')) return [unknown('addresses come from a file', word), ...read(word)]
  if (/^file:/i.test(prefix)) {
    return text === undefined || /[[\]{}]/.test(text)
      ? [unknown('which file is read is not known', word)]
      : read(word)
  }
  if (expandsHost.test(prefix)) return [unknown('which hosts are meant is not certain', word)]
  const hasScheme = scheme.test(prefix)
  if (!hasScheme && text === undefined) return [unknown('an address is not known', word)]
  const target = hasScheme ? word : wordAt(word, `http://${text}`)
  return [{ kind: 'connect', form: 'url', target, method }]
}

/** A value that is data, or the name of a file of data after a sign. */
function fromFile(sign: RegExp): (option: FoundOption) => readonly ProgramEffect[] {
  return ({ value }) => {
    const match = value === undefined ? null : sign.exec(value.prefix)
    if (value === undefined) return []
    if (value.text === undefined && value.prefix === '') {
      return read(value)
    }
    return match === null ? [] : read(sliceWord(value, match[0].length))
  }
}

const encodedFile = fromFile(/^[^@=]*@/)

/** Data, or a name and `@` before a file; what is not known may hold the sign. */
function encodedEffects(option: FoundOption): readonly ProgramEffect[] {
  const { value } = option
  const isOpen = value !== undefined && value.text === undefined && !/[@=]/.test(value.prefix)
  return isOpen ? read(wordAt(value, undefined, '')) : encodedFile(option)
}

/**
 * A part of a form: data, or files, of which there may be several, quoted, and each with headers that come
 * from files too.
 */
function formEffects({ value, at }: FoundOption): readonly ProgramEffect[] {
  if (value === undefined) return []
  const { text, prefix } = value
  const sign = /^[^=]*=[@<]/.exec(prefix)
  if (/headers\s*=/i.test(prefix)) return [unknown('a part of a form has headers', at)]
  if (sign === null) {
    // What is not known may start with the sign, or go on with headers.
    return text === undefined
      ? [unknown('a part of a form is not known', at), ...read(wordAt(value, undefined, ''))]
      : []
  }
  const rest = prefix.slice(sign[0].length)
  if (text === undefined && !rest.includes(';')) return read(sliceWord(value, sign[0].length))
  if (!/^[^",;\\]+(?:;(?:type|filename|encoder)=[^",;=\\]*)*$/.test(rest) || text === undefined) {
    return [
      unknown('which files a part of a form has is not certain', at),
      ...read(wordAt(value, undefined, ''))
    ]
  }
  return read(wordOf(rest.split(';', 1)[0] as string, value))
}

const curlRoles: NonNullable<ProgramSpec['roles']> = {
  data: fromFile(/^@/),
  encoded: encodedEffects,
  query: encodedEffects,
  header: fromFile(/^@/),
  form: formEffects,
  cookie: ({ value }) => (value === undefined || /=/.test(value.prefix) ? [] : read(value)),
  upload: ({ value }) =>
    value === undefined
      ? []
      : /[[\]{}]/.test(value.prefix)
        ? [unknown('which files are sent is not certain', value)]
        : read(value),
  // Other protocols reach files and servers of other kinds.
  protocols: ({ value, at }) =>
    /^[-+=]?https?(?:,[-+=]?https?)*$/i.test(value?.text ?? '')
      ? []
      : [unknown('which protocols are used is not certain', at)],
  format: ({ value, at }) =>
    value?.text === undefined || /^@|output\{/.test(value.text)
      ? [unknown('a format may write a file', value ?? at)]
      : [],
  ...Object.fromEntries(
    [
      'method',
      'next',
      'plain',
      'text',
      'output',
      'into',
      'named',
      'head',
      'get',
      'url',
      'byServer'
    ].map((role) => [role, () => []])
  )
}

/** The methods of which one is sent: several where `--next` gives each address options of its own. */
function methodsOf({ options }: ParsedArguments): readonly string[] {
  const has = (...roles: readonly string[]): boolean =>
    options.some(({ role }) => roles.includes(role))
  const given = options.flatMap(({ role, value }) =>
    role === 'method' && value !== undefined ? [knownText(value) ?? ''] : []
  )
  // What is sent whole is not turned into a part of the address by `-G`.
  const implied = [
    ...(has('upload') ? ['PUT'] : []),
    ...(has('form', 'sent', 'text') ? ['POST'] : []),
    ...(has('head') ? ['HEAD'] : []),
    ...(has('get') ? ['GET'] : []),
    ...(has('data', 'encoded', 'plain') ? ['POST'] : []),
    'GET'
  ]
  if (has('next')) return [...new Set([...given, ...implied])]
  return [given.at(-1) ?? (implied[0] as string)]
}

/** Where a download goes that takes the name of its address. */
function named(url: Word, directory: string): readonly ProgramEffect[] {
  const path = url.text?.replace(scheme, '').split(/[?#]/, 1)[0]?.split('/').slice(1)
  const name = path?.at(-1)
  if (expands.test(url.prefix)) return write(wordAt(url, undefined, directory))
  const word = wordOf(`${directory}${name || 'index.html'}`, url)
  return write(name === undefined && path === undefined ? wordAt(url, undefined, directory) : word)
}

function directoryOf({ options }: ParsedArguments): string | undefined {
  const given = options.findLast(({ role }) => role === 'into')?.value
  if (given === undefined) return ''
  if (options.some(({ role }) => role === 'next')) return undefined
  const text = knownText(given)
  return text === undefined ? undefined : withSlash(text)
}

function curlOperands(
  operands: readonly Word[],
  parsed: ParsedArguments
): readonly ProgramEffect[] {
  const { options } = parsed
  const urls = [
    ...operands,
    ...options.flatMap(({ role, value }) => (role === 'url' && value ? [value] : []))
  ]
  const directory = directoryOf(parsed)
  const methods = methodsOf(parsed)
  const outputs = options.flatMap(({ role, value }) => (role === 'output' && value ? [value] : []))
  const isNamed = options.some(({ role }) => role === 'named')
  const byServer = options.find(({ role }) => role === 'byServer')
  return [
    ...urls.flatMap((url) => methods.flatMap((method) => connectToUrl(url, method))),
    ...outputs.flatMap((path) => {
      if (path.text?.includes('#') === true) return [unknown('a name depends on the address', path)]
      if (directory === undefined) return write(wordAt(path, undefined, ''))
      return directory === '' || path.text === '-'
        ? write(path)
        : write(
            wordAt(
              path,
              path.text === undefined ? undefined : `${directory}${path.text}`,
              `${directory}${path.prefix}`
            )
          )
    }),
    ...(isNamed
      ? urls.flatMap((url) =>
          directory === undefined
            ? [unknown('a directory is not known', url)]
            : named(url, directory)
        )
      : []),
    ...(byServer && isNamed ? write(wordAt(byServer.at, undefined, directory ?? '')) : [])
  ]
}

const curl: ProgramSpec = {
  options: {
    harmless:
      's,silent S,show-error L,location location-trusted f,fail fail-with-body fail-early i,include show-headers v,verbose k,insecure g,globoff 4,ipv4 6,ipv6 #,progress-bar no-progress-meter m,max-time: connect-timeout: A,user-agent: e,referer: u,user: r,range: C,continue-at: z,time-cond: y,speed-time: Y,speed-limit: limit-rate: max-filesize: max-redirs: retry: retry-delay: retry-max-time: retry-all-errors retry-connrefused compressed compressed-ssh tr-encoding tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 tls-max: http0.9 0,http1.0 http1.1 http2 http2-prior-knowledge http3 1 2 3 N,no-buffer no-keepalive keepalive-time: post301 post302 post303 oauth2-bearer: basic digest anyauth ntlm negotiate create-dirs no-clobber remove-on-error remote-time R a,append Z,parallel parallel-max: parallel-immediate path-as-is raw j,junk-session-cookies ssl ssl-reqd ciphers: tls13-ciphers: happy-eyeballs-timeout-ms: expect100-timeout: noproxy: aws-sigv4: crlf tcp-nodelay tcp-fastopen styled-output no-sessionid V M,manual h q,disable',
    protocols: 'proto: proto-default: proto-redir:',
    get: 'G,get',
    head: 'I,head',
    method: 'X,request:',
    next: ':,next',
    plain: 'data-raw:',
    text: 'form-string:',
    url: 'url:',
    data: 'd,data,data-ascii: data-binary: json:',
    encoded: 'data-urlencode:',
    query: 'url-query:',
    header: 'H,header: proxy-header:',
    form: 'F,form:',
    cookie: 'b,cookie:',
    upload: 'T,upload-file:',
    output: 'o,output:',
    into: 'output-dir:',
    named: 'O,remote-name remote-name-all',
    byServer: 'J,remote-header-name',
    format: 'w,write-out:',
    reads: 'E,cert: key: cacert: capath: crlfile: pinnedpubkey: netrc-file: etag-compare:',
    writes:
      'c,cookie-jar: D,dump-header: trace: trace-ascii: stderr: libcurl: etag-save: hsts: alt-svc:',
    unknown:
      'K,config: x,proxy: U,proxy-user: preproxy: socks4: socks4a: socks5: socks5-hostname: connect-to: resolve: unix-socket: abstract-unix-socket: interface: doh-url: dns-servers: dns-interface: engine: cert-type: key-type: n,netrc netrc-optional Q,quote: P,ftp-port: t,telnet-option: B,use-ascii l,list-only variable: egd-file: random-file: proxytunnel p krb: delegation: mail-from: mail-rcpt: mail-auth: haproxy-protocol haproxy-clientip: ech: ipfs-gateway: local-port: xattr upload-flags: vlan-priority: ip-tos:'
  },
  roles: curlRoles,
  operands: curlOperands
}

function wgetOperands(urls: readonly Word[], parsed: ParsedArguments): readonly ProgramEffect[] {
  const { options } = parsed
  const has = (names: RegExp): boolean => options.some(({ name }) => names.test(name))
  const directory = directoryOf(parsed)
  const methods = methodsOf(parsed)
  const isSpider = has(/^spider$/)
  const given = options.find(({ role }) => role === 'output')?.value
  const isTree = has(
    /^(?:r|recursive|m|mirror|p|page-requisites|x|force-directories|content-disposition|trust-server-names|k|convert-links)$/
  )
  const tree = (url: Word): readonly ProgramEffect[] =>
    write(wordAt(url, undefined, directory === '' ? './' : (directory ?? '')))
  return urls.flatMap((url) => [
    ...methods.flatMap((method) => connectToUrl(url, method)),
    ...(given !== undefined
      ? write(given)
      : isSpider
        ? []
        : isTree || directory === undefined
          ? tree(url)
          : [...named(url, directory), ...(/\?|^ftps?:.*[*[]/i.test(url.prefix) ? tree(url) : [])])
  ])
}

const wget: ProgramSpec = {
  options: {
    harmless:
      'q,quiet v,verbose no-verbose d,debug c,continue N,timestamping S,server-response spider t,tries: T,timeout: dns-timeout: connect-timeout: read-timeout: w,wait: waitretry: random-wait Q,quota: limit-rate: no-dns-cache 4,inet4-only 6,inet6-only user: password: nc,no-clobber no-directories no-host-directories cut-dirs: x,force-directories header: U,user-agent: referer: no-check-certificate secure-protocol: https-only r,recursive l,level: k,convert-links K,backup-converted m,mirror p,page-requisites A,accept: R,reject: accept-regex: reject-regex: D,domains: exclude-domains: L,relative I,include-directories: X,exclude-directories: no-parent show-progress progress: content-disposition trust-server-names max-redirect: compression: E,adjust-extension no-cookies keep-session-cookies retry-connrefused no-proxy no-cache auth-no-challenge retry-on-http-error: no-hsts no-config ignore-length F,force-html V h',
    quickly: 'n:',
    method: 'method:',
    data: 'post-data: body-data:',
    upload: 'body-file:',
    sent: 'post-file:',
    output: 'O,output-document:',
    into: 'P,directory-prefix:',
    reads: 'load-cookies: certificate: private-key: ca-certificate: ca-directory:',
    writes: 'o,output-file: a,append-output: save-cookies: rejected-log: hsts-file:',
    unknown:
      'i,input-file: e,execute: config: use-askpass: b,background B,base: bind-address: warc-file: warc-header: warc-cdx? warc-dedup: warc-tempdir: ftp-user: ftp-password: proxy-user: proxy-password: restrict-file-names: local-encoding: remote-encoding: default-page: input-metalink: metalink-over-http preferred-location: egd-file: random-file: delete-after Y,proxy: xattr start-pos: report-speed: ask-password prefer-family: follow-tags: G,ignore-tags: unlink ignore-case H,span-hosts'
  },
  roles: {
    ...curlRoles,
    data: () => [],
    sent: ({ value }) => (value === undefined ? [] : read(value)),
    quickly: ({ value, at }) =>
      /^[vcdHp]$/.test(value?.text ?? '') ? [] : [unknown('an option is not understood', at)]
  },
  operands: wgetOperands
}

/** Programs that fetch what an address names. */
export const downloads: Family = family({
  curl,
  wget,
  'http https xh': {
    options: {
      harmless:
        'v,verbose b,body h,headers j,json f,form F,follow p,print: timeout: check-status ignore-stdin I a,auth: A,auth-type: pretty: s,style: q,quiet S,stream',
      writes: 'o,output:',
      unknown: 'd,download session: session-read-only: proxy: cert: verify: x,compress multipart'
    },
    operands: (operands) => {
      const [first, second] = operands
      const isMethod = /^[A-Z]+$/.test(first?.text ?? '')
      const url = isMethod ? second : first
      const items = operands.slice(isMethod ? 2 : 1)
      return [
        ...(url === undefined
          ? []
          : // Without a word for it, the method depends on whether there is something to send.
            (isMethod
              ? [first?.text ?? '']
              : items.length > 0
                ? ['POST']
                : ['GET', 'POST']
            ).flatMap((method) => connectToUrl(url, method))),
        ...items
          .filter(({ text }) => text === undefined || /@/.test(text))
          .map((word) => unknown('an item may be a file', word))
      ]
    }
  }
})
