import { type Family, family } from '../../family.ts'
import { each } from '../../operands.ts'
import { read, run, script, unknown } from '../../outcomes.ts'
import { type ProgramSpec, program } from '../../program.ts'
import type { Profile } from '../../program-effect.ts'
import { wordOf } from '../../slice-word.ts'
import { stream } from '../program-source.ts'
import { packageEffects } from './pip.ts'
import { type SubcommandSpec, withSubcommands } from './subcommands.ts'

const roles: NonNullable<ProgramSpec['roles']> = {
  place: ({ value }) => (value === undefined ? [] : packageEffects(value)),
  code: ({ value, at }) =>
    value === undefined ? [unknown('an option has no value', at)] : script(value, 'sh')
}

const npmOptions = {
  harmless:
    'g,global S,save D,save-dev,dev O,save-optional save-peer save-prod P E,save-exact B no-save N s,silent q,quiet d loglevel: verbose f,force json l,long parseable dry-run omit: include: only: production legacy-peer-deps strict-peer-deps ignore-scripts audit no-audit audit-level: fund no-fund progress no-progress depth: a,all ws,workspaces workspace: include-workspace-root if-present prefer-offline offline prefer-online package-lock no-package-lock package-lock-only color no-color update-notifier no-update-notifier tag: access: v h no-optional install-strategy: foreground-scripts engine-strict no-engine-strict frozen-lockfile immutable no-lockfile pure-lockfile check-files non-interactive no-frozen-lockfile r,recursive F,filter: w,workspace-root stream parallel no-bail reporter: shamefully-hoist ignore-engines W,ignore-workspace-root-check latest L i,interactive provenance no-git-tag-version m,message: preid: allow-same-version exact prod T,tilde peer optional network-timeout: resolution-only lockfile-only fix-lockfile strict sort watch bail ignore-workspace no-sort include-dependencies production-only pretty concurrency: emoji no-emoji inline-builds mode: cached caret preload y,yes',
  place: 'registry:',
  unknown:
    'script-shell: shell: node-options: prefix: C: userconfig: globalconfig: git: editor: viewer: browser: init-module: cache: call: c: p,package: proxy: https-proxy: noproxy: python: node-gyp: cwd: dir: config: ignore-path: use-yarnrc: modules-folder: global-folder: prod-only cafile: ca: cert: key: otp: scripts-prepend-node-path: shell-mode shell-emulator virtual-store-dir: store-dir: lockfile-dir: modules-dir: require: hook-pattern: pnpmfile: ignore-pnpmfile global-pnpmfile: global-dir: global-bin-dir: install-links'
}

const packages = each(packageEffects)

const exec = {
  harmless: 'y,yes no-install ignore-existing q,quiet s,silent no prefer-offline offline',
  packages: 'p,package:',
  code: 'c,call:',
  unknown:
    'script-shell: shell: node-options: n,node-arg: registry: userconfig: prefix: cache: workspace: w: C: dir: cwd: shell-mode r,recursive parallel filter: F:'
}

/** npx and its relatives run the package that the first operand names. */
const npx = program({
  options: exec,
  roles: { ...roles, packages: ({ value }) => (value === undefined ? [] : packageEffects(value)) },
  order: 'first',
  operands: (words, { options }) =>
    words.length === 0 && !options.some(({ role }) => role === 'code')
      ? [unknown('a shell is started')]
      : [...words.slice(0, 1).flatMap(packageEffects), ...run(words)]
})

const settings: Profile = ([first]) =>
  first === undefined || /^(?:get|list|ls)$/.test(first.text ?? '')
    ? []
    : [unknown('a setting may name a program', first)]

const creates: Profile = (args) => {
  const names = args.filter(
    ({ text }) => !/^(?:-y|--yes|-f|--force|-p|--private|-w|--workspace)$/.test(text ?? '')
  )
  return names.length === 0
    ? []
    : [unknown('a package is fetched and run', names[0]), ...run(names)]
}

/** Without words, or with options only, it installs. */
const scripts = 'run run-script rum urn'
const common =
  'test t tst start stop restart uninstall remove rm un r unlink outdated list ls ll la view info show audit fund version dedupe ddp prune rebuild rb why explain doctor ping whoami help search root prefix bin owner dist-tag dist-tags deprecate login logout team access profile token star unstar stars unpublish query sbom diff docs repo bugs completion help-search shrinkwrap licenses store env import fetch patch-remove cleanup rebase workspaces workspace-list versions autoclean check policies'

const npm = withSubcommands({
  ordinary: `${common} ${scripts}`,
  options: npmOptions,
  roles,
  gets: 'pack publish install i in isntall add ci clean-install install-test it cit update up upgrade udpate link ln',
  got: packages,
  special: {
    exec: npx,
    x: npx,
    pkg: settings,
    config: settings,
    c: settings,
    init: creates,
    create: creates,
    innit: creates
  }
})

/** Names that projects give their scripts and nobody a program. */
const scriptNames =
  /^(?:build|dev|lint|format|typecheck|type-check|clean|coverage|e2e|preview|codegen|generate|release|storybook|[\w-]+(?::[\w-]+)+)$/

/** A script of the project, or else one of its programs. */
const local: Profile = (words) => (scriptNames.test(words[0]?.text ?? '') ? [] : run(words))

const pnpm = withSubcommands({
  ordinary: `${common} ${scripts} approve-builds deploy`,
  options: npmOptions,
  roles,
  gets: 'pack publish install i add update up upgrade link ln ci install-test it',
  got: packages,
  special: { exec: npx, dlx: npx, config: settings, c: settings, init: creates, create: creates },
  otherwise: local
})

/** `yarn node` is node, with the packages of the project. */
const runsNode: Profile = (args) => run([wordOf('node', args[0] ?? noWord), ...args])
const noWord = { text: '', prefix: '', isSingle: true, start: 0, end: 0 }

const yarnSpec: SubcommandSpec = {
  ordinary: `${common} ${scripts}`,
  options: npmOptions,
  roles,
  gets: 'pack publish install add up upgrade upgrade-interactive link',
  got: packages,
  special: {
    exec: npx,
    dlx: npx,
    node: (args) => runsNode(args),
    config: settings,
    set: settings,
    init: creates,
    create: creates,
    plugin: (args) => [unknown('a plugin is code', args[0])]
  },
  otherwise: local
}

const yarnInside = withSubcommands(yarnSpec)
const yarn = withSubcommands({
  ...yarnSpec,
  special: {
    ...yarnSpec.special,
    workspace: (args) => (args.length < 2 ? [] : yarnInside(args.slice(1))),
    global: (args) => yarnInside(args)
  }
})

const isScript = /\.[cm]?[jt]sx?$/
const bunRuns = program({ options: npmOptions, roles })
const bun = withSubcommands({
  ordinary: `${common} ${scripts} build pm`,
  options: {
    ...npmOptions,
    unknown:
      `${npmOptions.unknown} e,eval: print: preload-script: inspect? b,bun env-file: define: loader:`.replace(
        ' p,package:',
        ' package: p:'
      )
  },
  roles,
  gets: 'pack publish install i add a update link',
  got: packages,
  special: {
    x: npx,
    init: creates,
    create: creates,
    c: creates,
    run: (args) =>
      args.some(({ text }) => stream.test(text ?? ''))
        ? [unknown('its program comes from its input', args[0])]
        : [...bunRuns(args), ...args.filter(({ prefix }) => isScript.test(prefix)).flatMap(read)]
  },
  otherwise: (words) =>
    isScript.test(words[0]?.text ?? '') ? words.slice(0, 1).flatMap(read) : run(words)
})

/** A version may stand before the program that is run with it. */
function behindVersion(args: Parameters<Profile>[0]): ReturnType<Profile> {
  const isVersion = /^(?:v?\d[\w.]*|node|stable|system|default|lts\/.*|--lts(?:=.*)?|--silent)$/
  const at = args.findIndex(({ text }) => !isVersion.test(text ?? ''))
  return at < 0 ? [unknown('a shell or a prompt is started')] : run(args.slice(at))
}

/** Package managers of JavaScript. */
export const javascriptPackages: Family = family({
  npm,
  pnpm,
  'yarn yarnpkg': yarn,
  bun,
  'npx pnpx bunx': npx,
  corepack: withSubcommands({ ordinary: 'enable disable', runs: 'npm pnpm yarn npx pnpx' }),
  'nvm fnm volta': withSubcommands({
    ordinary:
      'install use ls list current default alias uninstall pin which env ls-remote list-remote',
    special: { exec: behindVersion, run: behindVersion }
  })
})
