import type { Word } from '../../shell/word.ts'
import { type Family, family } from '../family.ts'
import { reads } from '../operands.ts'
import { connectTo, read, run, unknown, write } from '../outcomes.ts'
import { type OperandRule, type ProgramSpec, program } from '../program.ts'
import type { Profile, ProgramEffect } from '../program-effect.ts'
import { sliceWord, wordAt } from '../slice-word.ts'
import { withSubcommands } from './package-managers/subcommands.ts'

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

const version = /^(?:version|--version|-version|-v|-V|--help|-h|help)$/

const databaseRule =
  (pattern: RegExp): OperandRule =>
  (operands) =>
    operands.flatMap((word, index) => {
      if (word.text === undefined) return [unknown('a command is not known', word)]
      if (pattern.test(word.text)) return [unknown('a command may run programs', word)]
      return index === 0 && word.text !== ':memory:' ? [...read(word), ...write(word)] : []
    })

const dotCommand =
  /(?:^|\n)\s*\.|load_extension|\b(?:readfile|writefile|edit|fts3_tokenizer)\s*\(|\battach\b|\bvacuum\s+(?:\w+\s+)?into\b/i

const openssl: Profile = (args) => {
  const [command, ...rest] = args
  const known =
    /^(?:version|rand|dgst|sha1|sha224|sha256|sha384|sha512|md5|base64|x509|req|rsa|genrsa|genpkey|pkey|ec|ecparam|enc|verify|s_client|passwd|prime|ciphers|asn1parse|crl|pkcs12|pkcs8|list|help|errstr)$/
  if (command === undefined) return [unknown('its commands come from its input')]
  if (!known.test(command.text ?? '')) return [unknown('a subcommand is not understood', command)]
  return program({
    options: {
      harmless:
        'a b d e f p o v hex base64 A sha1 sha224 sha256 sha384 sha512 md5 text noout subject issuer dates fingerprint serial modulus enddate startdate purpose checkend: inform: outform: new x509 nodes noenc days: newkey: subj: addext: batch aes-256-cbc aes-128-cbc aes256 salt pbkdf2 iter: nosalt K: iv: pubout pubin pass: passin: passout: servername: showcerts brief quiet algorithm: pkeyopt: name: genkey param_enc: 1 5 6 stdin n: r c binary keyform: certs nocerts nokeys export help',
      reads:
        'in: key: inkey: CAfile: cert: certfile: CA: CAkey: untrusted: verify: signature: extfile: CApath:',
      writes: 'out: keyout: writerand:',
      host: 'connect:',
      unknown:
        'engine: provider: provider-path: propquery: config: proxy: rand: starttls: conf: section: CAcreateserial CAserial: sigopt: nameopt: kdfopt: keylogfile: sess_out: sess_in: msgfile:'
    },
    roles: { host: ({ value }) => (value === undefined ? [] : connectTo(value)) },
    hasOneDash: true,
    operands: reads
  })(rest)
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

/** What a container gets of this machine. */
function mount({ value }: { readonly value?: Word }): readonly ProgramEffect[] {
  if (value === undefined) return []
  const { text } = value
  const [, source = ''] =
    (text?.includes('=') ? /(?:^|,)(?:source|src)=([^,]*)/ : /^([^:]*):/).exec(text ?? '') ?? []
  if (text === undefined) return [unknown('which files a container gets is not known', value)]
  const isPath = /^[./~]/.test(source)
  return isPath
    ? [
        { kind: 'read', path: wordAt(value, source) },
        { kind: 'write', path: wordAt(value, source) }
      ]
    : []
}

const container = {
  options: {
    harmless:
      'rm d,detach i,interactive t,tty it,ti n,name: p,publish: P,publish-all u,user: w,workdir: e,env: l,label: hostname: restart: m,memory: cpus: c,cpu-shares: shm-size: ulimit: platform: pull: q,quiet init read-only tmpfs: stop-timeout: stop-signal: log-driver: log-opt: no-healthcheck expose: link: sig-proxy? T no-TTY index: no-deps build remove-orphans service-ports gpus: h',
    reads: 'env-file:',
    mounted: 'v,volume: mount:',
    unknown:
      'privileged cap-add: cap-drop: device: pid: ipc: net,network: uts: userns: cgroupns: security-opt: volumes-from: volume-driver: entrypoint: add-host: dns: runtime: group-add: cidfile: cgroup-parent: sysctl: detach-keys: isolation:'
  },
  roles: { mounted: mount },
  order: 'first'
} as const

const runsInside = (own: number): Profile =>
  program({ ...container, operands: (words) => run(words.slice(own)) })

const docker = withSubcommands({
  ordinary:
    'ps images image pull push tag rm rmi stop start restart kill logs inspect port stats top version info login logout search history volume network system events diff wait pause unpause rename container builder buildx manifest up down',
  options: {
    harmless:
      'a,all q,quiet f,follow n,tail,last: t,timestamps since: until: format: filter: no-trunc force v,volumes volume s,size l,latest d digests p details no-stream prune time: signal: u,username: password-stdin h debug D',
    unknown: 'H,host: c,context: config: tls tlscacert: tlscert: tlskey: tlsverify'
  },
  special: {
    run: runsInside(1),
    create: runsInside(1),
    exec: runsInside(1),
    build: (args) => buildEffects(args),
    compose: withSubcommands({
      ordinary:
        'up down ps logs build pull push start stop restart config images top kill rm ls version create events pause unpause port',
      options: {
        harmless:
          'd,detach build force-recreate no-build no-deps remove-orphans v,volumes q,quiet p,project-name: profile: follow tail: timestamps no-cache pull a,all services t,timeout: wait rmi: no-color no-log-prefix scale: abort-on-container-exit exit-code-from: since: until: ansi: progress: parallel: s stop V',
        reads: 'f,file: env-file:',
        unknown: 'project-directory: H,host: context:'
      },
      special: { exec: runsInside(1), run: runsInside(1) }
    }),
    cp: (args) =>
      args.flatMap((word) =>
        /^[\w.-]+:/.test(word.prefix)
          ? []
          : word.text === undefined || word.prefix.startsWith('-')
            ? [unknown('an argument is not understood', word)]
            : [...read(word), ...write(word)]
      )
  }
})

const buildEffects = program({
  options: {
    harmless:
      't,tag: no-cache pull q,quiet target: platform: build-arg: label: rm force-rm progress: squash compress load push network: h m,memory: shm-size:',
    reads: 'f,file:',
    unknown:
      'o,output: secret: ssh: build-context: cache-from: cache-to: iidfile: metadata-file: allow: add-host: security-opt: isolation: builder: c: cgroup-parent: sbom: provenance: attest: annotation: ulimit:'
  },
  operands: (operands) =>
    operands.flatMap((word) =>
      /^(?:\w+:\/\/|git@|github\.com\/)/.test(word.prefix)
        ? [unknown('what is built comes from elsewhere', word)]
        : read(word)
    )
})

/** kubectl: only exec is looked into; the others are judged by their text, as a cluster is their place. */
const kubectl: Profile = (args) => {
  const at = args.findIndex(({ text }) => text === 'exec' || text === 'run' || text === 'debug')
  const dangerous = args.filter(({ prefix }) =>
    /^--(?:kubeconfig|as|server|token|exec|plugin|client-)|^-s(?:=|$)/.test(prefix)
  )
  const plugin = args.find(({ prefix }) => !prefix.startsWith('-'))
  const known =
    /^(?:get|describe|logs|exec|run|debug|apply|create|delete|rollout|scale|top|explain|version|config|cluster-info|api-resources|api-versions|port-forward|cp|label|annotate|patch|set|expose|wait|diff|auth|cordon|uncordon|drain|taint|edit|replace|attach|completion|events|options|autoscale|certificate|kustomize|proxy|help)$/
  const dash = args.findIndex(({ text }) => text === '--')
  const name = plugin?.text ?? ''
  return [
    ...dangerous.map((word) => unknown('an option may lead elsewhere', word)),
    ...(plugin !== undefined && !known.test(name) && !/^-/.test(args[0]?.prefix ?? '')
      ? [unknown('a subcommand may be a plug-in', plugin)]
      : []),
    ...(/^(?:edit|proxy|kustomize|config)$/.test(name) &&
    args.some(({ text }) =>
      /^(?:edit|proxy|kustomize|set|set-credentials|set-context)$/.test(text ?? '')
    )
      ? [unknown('it may run a program of its settings', plugin)]
      : []),
    ...(at < 0
      ? []
      : dash < 0
        ? [unknown('what is run inside is not certain', args[at])]
        : run(args.slice(dash + 1)))
  ]
}

const compilerFlags =
  /^-(?:c|S|E|v|w|s|M{1,2}[DPG]?|pipe|ansi|pthread|shared|static|pie|no-pie|rdynamic|nostd\w*|g\w*|O\w*|[DUlL].*|I.*|std=[\w+]+|W(?![lap],)[\w=-]+|f(?!plugin|use-ld|profile-use|dump)[\w=+-]+|m[\w=+.-]+|pedantic|x|isystem|include|MF|MT|MQ|-version|-help|dump(?:version|machine))$/

/** A compiler: options that name no other program, plug-in or list of options. */
function compiler(args: readonly Word[]): readonly ProgramEffect[] {
  return args.flatMap((word, index) => {
    const before = args[index - 1]?.text ?? ''
    if (before === '-o') return write(word)
    return /^-(?:isystem|include|MF|MT|MQ|x)$/.test(before) ? [] : compilerArgument(word)
  })
}

function compilerArgument(word: Word): readonly ProgramEffect[] {
  const { text, prefix } = word
  if (text === undefined && (prefix === '' || !word.isSingle)) {
    return [unknown('a word may be an option', word)]
  }
  if (/^[^-@]/.test(prefix)) return read(word)
  if (text === '-o' || compilerFlags.test(text ?? '')) return []
  return text?.startsWith('-o') === true
    ? write(sliceWord(word, 2))
    : [unknown('an option is not understood', word)]
}

const runsInSql =
  /\\|\bprogram\b|\bsystem\b|\bsource\b|\bpager\b|\boutfile\b|\bdumpfile\b|\bload_file\b|\bload\b|\blo_(?:import|export)\b|\bpg_(?:read|ls|write|execute)\w*|\bcopy\b|\btee\b|\bedit\b/i

const clientRoles: NonNullable<ProgramSpec['roles']> = {
  asks: () => [],
  statement: ({ value, at }) =>
    runsInSql.test(value?.text ?? '\\')
      ? [unknown('a statement may run programs', value ?? at)]
      : []
}

/** A client of a database: statements that start with no command of the client's own. */
function sqlClient(options: Readonly<Record<string, string>>): ProgramSpec {
  return {
    options,
    roles: clientRoles,
    operands: (_, parsed) =>
      parsed.options.some(({ role }) => role === 'statement' || role === 'asks')
        ? []
        : [unknown('its commands come from its input')]
  }
}

const psql = sqlClient({
  harmless:
    'h,host: U,username: d,dbname: p,port: t,tuples-only A,no-align x,expanded q,quiet w,no-password W,password X,no-psqlrc csv F,field-separator: R,record-separator: 1,single-transaction b,echo-errors e,echo-queries a,echo-all n,no-readline H,html z 0',
  asks: 'V version help l,list',
  statement: 'c,command:',
  unknown:
    'f,file: v,set,variable: o,output: L,log-file: P,pset: S,single-line s,single-step E,echo-hidden T,table-attr:'
})

const mysql = sqlClient({
  harmless:
    'h,host: u,user: P,port: p,password? D,database: N,skip-column-names B,batch s,silent r,raw t,table H,html X,xml E,vertical f,force C,compress protocol: default-character-set: ssl-mode: ssl-ca: connect-timeout: no-defaults',
  asks: 'V,version help ?',
  statement: 'e,execute:',
  unknown:
    'init-command: defaults-file: defaults-extra-file: defaults-group-suffix: S,socket: plugin-dir: pager? tee: load-data-local-dir: local-infile? default-auth: login-path: o,one-database'
})

/** Programs of the system, of containers and of databases. */
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
    }
  },
  sqlite3: {
    options: {
      harmless:
        'header noheader csv json line list column html markdown table box tabs quote readonly batch separator: nullvalue: newline: echo bail stats memtrace version help safe',
      unknown: 'init: cmd: A vfs: interactive zip append deserialize'
    },
    hasOneDash: true,
    operands: (operands, parsed) => [
      ...databaseRule(dotCommand)(operands, parsed),
      ...(operands.length < 2 &&
      parsed.options.every(({ name }) => !/^(?:version|help)$/.test(name))
        ? [unknown('its commands come from its input', operands[0])]
        : [])
    ]
  },
  psql,
  'mysql mariadb': mysql,
  'mongosh mongo redis-cli sqlcmd cqlsh clickhouse-client duckdb influx': (
    args
  ): readonly ProgramEffect[] => {
    if (args.every(({ text }) => version.test(text ?? '')))
      return args.length > 0 ? [] : [unknown('its commands come from its input')]
    return [unknown('its commands may run programs', args[0])]
  },
  openssl,
  'gpg gpg2': gpg,
  'docker podman nerdctl': docker,
  'docker-compose podman-compose': (args) =>
    docker([{ text: 'compose', prefix: 'compose', isSingle: true, start: 0, end: 0 }, ...args]),
  'kubectl oc': kubectl,
  'mkfs mkfs.ext4 mkfs.xfs mkfs.vfat mkswap wipefs': {
    options: {
      harmless: 't,type: L,label: q,quiet F f,force a,all n,no-act',
      unknown: 'd: O: E: o:'
    },
    operands: (operands) => operands.flatMap(write)
  },
  sponge: { options: { harmless: 'a' }, operands: (operands) => operands.flatMap(write) },
  'ld gold lld': (args) =>
    args
      .filter(({ prefix }) => /^-(?:plugin|fuse-ld)|^@/.test(prefix))
      .map((word) => unknown('it loads code', word)),
  'gcc g++ cc c++ clang clang++': compiler
})
