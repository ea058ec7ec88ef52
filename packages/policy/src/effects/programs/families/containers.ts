import type { Word } from '../../shell/word.ts'
import { type Family, family } from '../family.ts'
import { elsewhere, mayConnectTo, read, run, throughout, unknown, write } from '../outcomes.ts'
import type { FoundOption } from '../parse-arguments.ts'
import { program } from '../program.ts'
import type { Profile, ProgramEffect } from '../program-effect.ts'
import { sliceWord, wordAt, wordOf } from '../slice-word.ts'
import { withSubcommands } from './package-managers/subcommands.ts'
import { stream } from './program-source.ts'

/** What a container gets of this machine. */
function mount({ name, value }: FoundOption): readonly ProgramEffect[] {
  if (value === undefined) return []
  const { text } = value
  const isNamed = name === 'mount'
  // Docker reads `--mount` as CSV, which has quotes.
  if (isNamed && /"|volume-(?:opt|driver)/i.test(text ?? '')) {
    // A volume's own options can name any place of this machine.
    return [unknown('what is mounted is not certain', value)]
  }
  const shape = isNamed ? /(?:^|,)\s*(?:source|src)\s*=([^,]*)/i : /^([^:]*):/
  const [, source = ''] = shape.exec(text ?? '') ?? []
  const path = text === undefined ? value : wordAt(value, source)
  const isBound = isNamed && /(?:^|,)\s*type\s*=\s*bind\b/i.test(text ?? '')
  if (text !== undefined && !isBound && !/^[./~]/.test(source)) return []
  return throughout([...read(path), ...write(path)], 'all')
}

const container = {
  options: {
    harmless:
      'rm d,detach i,interactive t,tty name: p,publish: P,publish-all u,user: w,workdir: e,env: l,label: h,hostname: restart: m,memory: cpus: c,cpu-shares: shm-size: ulimit: platform: pull: q,quiet init read-only tmpfs: stop-timeout: stop-signal: log-driver: log-opt: no-healthcheck expose: link: sig-proxy? T no-TTY index: no-deps build remove-orphans service-ports gpus:',
    reads: 'env-file:',
    mounted: 'v,volume: mount:',
    unknown:
      'privileged cap-add: cap-drop: device: pid: ipc: net,network: uts: userns: cgroupns: security-opt: volumes-from: volume-driver: entrypoint: add-host: dns: runtime: group-add: cidfile: cgroup-parent: sysctl: detach-keys: isolation:'
  },
  roles: { mounted: mount },
  order: 'first'
} as const

/** An image by its name, of which the first part may be the host of a registry. */
function registryOf(word: Word): readonly ProgramEffect[] {
  const [host] =
    /^(?:[\w-]+(?:\.[\w-]+)+(?::\d+)?|[\w-]+:\d+|localhost)(?=\/)/.exec(word.prefix) ?? []
  return host === undefined ? [] : mayConnectTo(wordOf(host, word))
}

const runsInside: Profile = program({
  ...container,
  operands: (words) => [...words.slice(0, 1).flatMap(registryOf), ...elsewhere(run(words.slice(1)))]
})

const dockerOptions = {
  harmless:
    'a,all q,quiet f,follow n,tail,last: t,timestamps since: until: format: filter: no-trunc force v,volumes volume s,size l,latest d digests p details no-stream prune time: signal: u,username: password-stdin h debug D',
  unknown: 'H,host: c,context: config: tls tlscacert: tlscert: tlskey: tlsverify'
}

/** Files that are copied from or to a container. */
const copies: Profile = (args) =>
  args.flatMap((word) =>
    /^[\w.-]+:/.test(word.prefix)
      ? []
      : word.text === undefined || word.prefix.startsWith('-')
        ? [unknown('an argument is not understood', word)]
        : throughout([...read(word), ...write(word)], 'all')
  )

/** The same subcommands by the kind of thing that they work on. */
const managing = {
  container: withSubcommands({
    ordinary:
      'ls list ps rm stop start restart kill logs inspect port stats top diff wait pause unpause rename prune',
    options: dockerOptions,
    special: { run: runsInside, create: runsInside, exec: runsInside, cp: copies }
  }),
  image: withSubcommands({
    ordinary: 'ls list rm tag inspect history prune',
    gets: 'pull push',
    got: (words) => words.flatMap(registryOf),
    options: dockerOptions,
    special: { build: (args) => buildEffects(args) }
  }),
  builders: withSubcommands({
    ordinary: 'ls inspect prune du version use rm stop',
    options: dockerOptions,
    special: { build: (args) => buildEffects(args), b: (args) => buildEffects(args) }
  })
}

const docker = withSubcommands({
  ordinary:
    'ps images tag rm rmi stop start restart kill logs inspect port stats top version info login logout search history volume network system events diff wait pause unpause rename manifest up down',
  options: dockerOptions,
  gets: 'pull push',
  got: (words) => words.flatMap(registryOf),
  special: {
    run: runsInside,
    create: runsInside,
    exec: runsInside,
    build: (args) => buildEffects(args),
    compose: withSubcommands({
      ordinary:
        'up down ps build pull push start stop restart config images top kill ls version create events pause unpause port',
      options: {
        harmless:
          'd,detach build force-recreate no-build no-deps remove-orphans v,volumes q,quiet p,project-name: profile: follow tail: timestamps no-cache pull a,all services t,timeout: wait rmi: no-color no-log-prefix scale: abort-on-container-exit exit-code-from: since: until: ansi: progress: parallel: s stop V',
        reads: 'f,file: env-file:',
        unknown: 'project-directory: H,host: context:'
      },
      special: {
        exec: runsInside,
        run: runsInside,
        // `-f` is no file behind these.
        logs: program({
          options: {
            harmless:
              'f,follow n,tail: t,timestamps since: until: no-color no-log-prefix index: dry-run'
          }
        }),
        rm: program({ options: { harmless: 'f,force s,stop v,volumes a,all dry-run' } })
      }
    }),
    cp: copies,
    container: managing.container,
    image: managing.image,
    builder: managing.builders,
    buildx: managing.builders
  }
})

const buildEffects = program({
  options: {
    harmless:
      't,tag: no-cache pull q,quiet target: platform: build-arg: label: rm force-rm progress: squash compress load push network: h m,memory: shm-size:',
    recipe: 'f,file:',
    unknown:
      'o,output: secret: ssh: build-context: cache-from: cache-to: iidfile: metadata-file: allow: add-host: security-opt: isolation: builder: c: cgroup-parent: sbom: provenance: attest: annotation: ulimit:'
  },
  roles: {
    recipe: ({ value, at }) =>
      value === undefined || stream.test(value.text ?? '-') || isRemote(value)
        ? [unknown('its rules come from its input or from elsewhere', at)]
        : read(value)
  },
  // Which files of the directory it takes is said in the Dockerfile, as make does what its file says.
  operands: (operands) =>
    operands.flatMap((word) =>
      stream.test(word.text ?? '-') || isRemote(word)
        ? [unknown('what is built comes from its input or from elsewhere', word)]
        : throughout(
            read(word),
            /^[/~]|(?:^|\/)\.\.(?:\/|$)/.test(word.text ?? '/') ? 'all' : 'searched'
          )
    )
})

/** A URL, or a host with a path behind a colon. */
function isRemote({ prefix }: Word): boolean {
  return prefix.includes(':') || prefix.startsWith('github.com/')
}

/** What is copied from or to a pod, `[namespace/]pod:path`, or a file here. */
function copiedFiles(args: readonly Word[]): readonly ProgramEffect[] {
  const words = args.slice(args.findIndex(({ text }) => text === 'cp') + 1)
  return throughout(
    words
      .filter(({ prefix }) => !/^-|^[\w./-]+:/.test(prefix))
      .flatMap((word) => [...read(word), ...write(word)]),
    'all'
  )
}

/** Options of kubectl before a subcommand whose value is the next word. */
const ownValue = /^(?:-n|--namespace|--context|--cluster|--user|--request-timeout|-v)$/

/** Options of which the value is a file; `-f` and `-k` also behind flags that take none. */
const files = `-[RAwitqh]*[fk]|--(?:filename|kustomize|patch-file|from-env-file|from-file|cert|key|certificate-authority|custom|raw-file)`
const fileOption = new RegExp(`^(?:-[RAwitqh]*[fk]=?|(?:${files})=)`)
const nextIsFile = new RegExp(`^(?:${files})$`)

/** `-o go-template-file=a`, `--output=jsonpath-file=a`: what is shown is said in a file. */
const templateFile =
  /^(?:(?:-[RAw]*o|--output)=?)?(?:go-template|template|jsonpath|custom-columns)-?file=/
/** The name under which a file is kept. */
const keyOfFile = /^[\w.-]+=/

/** A file or an address that is sent to the cluster; `-f` of `logs` takes no value. */
function manifest(word: Word, next: Word | undefined): readonly ProgramEffect[] {
  if (nextIsFile.test(word.text ?? '')) {
    return next === undefined || next.prefix.startsWith('-') ? [] : sent(next)
  }
  const [before] = fileOption.exec(word.prefix) ?? templateFile.exec(word.prefix) ?? []
  return before === undefined ? [] : sent(sliceWord(word, before.length))
}

function sent(given: Word): readonly ProgramEffect[] {
  const [key = ''] = keyOfFile.exec(given.prefix) ?? []
  const value = key === '' ? given : sliceWord(given, key.length)
  if (/^https?:/i.test(value.prefix)) return [{ kind: 'connect', form: 'url', target: value }]
  return throughout(read({ ...value, isPossible: true }), 'all')
}

/** kubectl: only exec is looked into; the others are judged by their text, as a cluster is their place. */
const kubectl: Profile = (args) => {
  const at = args.findIndex(({ text }) => text === 'exec' || text === 'run' || text === 'debug')
  const dangerous = args.filter(({ prefix }) =>
    /^--(?:kubeconfig|as|server|token|exec|plugin|client-|profile|cache-dir|output-directory)|^-s(?:=|$)/.test(
      prefix
    )
  )
  const plugin = args.find(
    ({ prefix }, index) => !prefix.startsWith('-') && !ownValue.test(args[index - 1]?.text ?? '')
  )
  const known =
    /^(?:get|describe|logs|exec|run|debug|apply|create|delete|rollout|scale|top|explain|version|config|cluster-info|api-resources|api-versions|port-forward|cp|label|annotate|patch|set|expose|wait|diff|auth|cordon|uncordon|drain|taint|edit|replace|attach|completion|events|options|autoscale|certificate|kustomize|proxy|help)$/
  const dash = args.findIndex(({ text }) => text === '--')
  const name = plugin?.text ?? ''
  return [
    ...(name === 'cp' ? copiedFiles(args) : []),
    ...args.flatMap((word, index) => manifest(word, args[index + 1])),
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
        : elsewhere(run(args.slice(dash + 1))))
  ]
}

/** Programs that run others in containers. */
export const containers: Family = family({
  'docker podman nerdctl': docker,
  'docker-compose podman-compose': (args) =>
    docker([{ text: 'compose', prefix: 'compose', isSingle: true, start: 0, end: 0 }, ...args]),
  'kubectl oc': kubectl
})
