import { type Family, family } from '../../family.ts'
import { each } from '../../operands.ts'
import { read, run, throughout, unknown, write } from '../../outcomes.ts'
import { type OperandRule, type ProgramSpec, program } from '../../program.ts'
import type { Profile } from '../../program-effect.ts'
import { listEffects, packageEffects, pip } from './pip.ts'
import { withSubcommands } from './subcommands.ts'

const packages = each(packageEffects)

/** What is a file, and not the name of a package. */
const files: OperandRule = (operands) =>
  operands
    .filter(({ prefix }) => /^[./~]|\.(?:gem|gemspec|rpm|deb|apk)$/.test(prefix))
    .flatMap((word) => read({ ...word, isPossible: true }))

const uvOptions = {
  harmless:
    'q,quiet v,verbose U,upgrade P,upgrade-package: dev no-dev group: no-group: only-group: all-groups extra: all-extras frozen locked no-sync offline no-cache n refresh reinstall prerelease: resolution: system no-progress dry-run active exact no-project isolated no-install-project all-packages package: script native-tls color: name: lib app bare no-readme seed optional: editable',
  python: 'p,python:',
  packages: 'with: from:',
  listed: 'r,requirements: with-requirements:',
  place: 'index-url: extra-index-url: default-index: index: i: f,find-links:',
  unknown:
    'env-file: config-file: directory: project: cache-dir: config-setting: C: m,module with-editable: allow-insecure-host: keyring-provider: s gui-script git rev: branch: tag: build-constraint:'
}
/** A version of Python, and not the name or the path of a program that is asked for one. */
const pythonVersion =
  /^(?:(?:c?python|pypy|graalpy|cp|pp|gp)?[-@]?(?:\d[\w.+-]*)?|[<>=!~][\d.,<>=!~* ]*)$/i

const pythonRole: NonNullable<ProgramSpec['roles']> = {
  python: ({ value, at }) =>
    pythonVersion.test(value?.text ?? '/')
      ? []
      : [
          unknown('a program is asked which version of Python it is', at),
          ...(value === undefined ? [] : run([value]))
        ]
}

const uvRoles: NonNullable<ProgramSpec['roles']> = {
  ...pythonRole,
  listed: ({ value }) => (value === undefined ? [] : listEffects(value)),
  packages: ({ value }) => (value === undefined ? [] : packageEffects(value)),
  place: ({ value }) => (value === undefined ? [] : packageEffects(value))
}
const uvx = program({
  options: uvOptions,
  roles: uvRoles,
  order: 'first',
  operands: (words) => [...words.slice(0, 1).flatMap(packageEffects), ...run(words)]
})

/** What uv runs may be a program, the standard input, or a script that it fetches. */
const uvRun = program({
  options: uvOptions,
  roles: uvRoles,
  order: 'first',
  operands: (words) => {
    const [first] = words
    if (first === undefined) return [unknown('a shell or a prompt is started')]
    if (first.text === '-') return [unknown('its program comes from its input', first)]
    return /^https?:/i.test(first.prefix)
      ? [unknown('its program comes from somewhere else', first), ...packageEffects(first)]
      : run(words)
  }
})

export const uv: Profile = withSubcommands({
  ordinary: 'sync lock remove tree export build cache self version help publish python',
  makes: 'init venv',
  options: uvOptions,
  roles: uvRoles,
  gets: 'add',
  got: packages,
  special: {
    run: (args) => uvRun(args),
    pip,
    x: uvx,
    tool: withSubcommands({
      ordinary: 'list uninstall upgrade update-shell dir',
      gets: 'install',
      got: packages,
      options: uvOptions,
      roles: uvRoles,
      special: { run: uvx }
    })
  }
})

const runners = {
  harmless:
    'q,quiet v,verbose vv vvv n,no-interaction no-ansi ansi with: without: only: no-root sync all-extras dev D group: G: dry-run lock no-update no-dev bare e,env: no-lock',
  python: 'p,python:'
}

const cargo: Profile = (args) => {
  const [first, ...rest] = args
  if (first?.prefix.startsWith('+') === true)
    return [unknown('another toolchain may be any program', first), ...cargoCommands(rest)]
  return cargoCommands(args)
}
const cargoCommands = withSubcommands({
  ordinary:
    'build b check c test t run r bench doc d clean clippy fmt update u tree metadata fetch generate-lockfile fix package publish search login logout owner yank verify-project pkgid locate-project read-manifest version help report remove rm uninstall info nextest',
  options: {
    harmless:
      'q,quiet v,verbose vv release r dev bin? bins lib example? examples test? tests bench? benches all-targets F,features: all-features no-default-features p,package? workspace all exclude: j,jobs: k,keep-going profile: target? message-format: offline locked frozen color: no-run no-fail-fast doc open no-deps document-private-items allow-dirty allow-staged fix dry-run e,edges: i,invert? d,duplicates depth: prefix: format-version: filter-platform: timings? check edition: name: list V h vcs: precise: aggressive recursive future-incompat-report lib-only no-vcs all-versions optional rename: build dependencies',
    writes: 'target-dir: artifact-dir: out-dir: root:',
    reads: 'manifest-path:',
    unknown: 'config: Z: C: explain: token: registry: lockfile-path: emit:'
  },
  gets: 'install add',
  got: packages,
  makes: 'new init vendor',
  special: { 'install-git': () => [] }
})

const system: ProgramSpec['options'] = {
  harmless:
    'y,yes,assume-yes,assumeyes q,quiet qq s,simulate,just-print,dry-run d,download-only f,fix-broken m,fix-missing no-install-recommends install-recommends no-install-suggests reinstall only-upgrade purge autoremove a,all allow-downgrades allow-remove-essential no-upgrade u V,verbose-versions v,verbose installed upgradable manual-installed all-versions names-only n full i U,update no-cache no-progress virtual: add l L latest repository: X: S p Sy Syu Ss Si Q Qi Qs Ql R Rs Rns noconfirm needed asdeps refresh h cask formula force json versions greedy formulae casks no-quarantine overwrite best allowerasing nogpgcheck enablerepo: disablerepo:',
  unknown:
    'o,option: c,config-file: t,target-release: allow-unauthenticated installroot: root: r: config: hookdir: b: dbpath: cachedir: setopt: e: overlay allow-untrusted keys-dir: repositories-file: cc: HEAD build-from-source'
}

/** Package managers of other languages and of systems. */
export const otherPackages: Family = family({
  'pip pip2 pip3': pip,
  pipx: withSubcommands({
    ordinary: 'list uninstall upgrade upgrade-all reinstall ensurepath environment',
    gets: 'install inject',
    got: packages,
    options: uvOptions,
    roles: uvRoles,
    special: { run: uvx }
  }),
  uv,
  uvx,
  'poetry pdm hatch rye pipenv': withSubcommands({
    ordinary:
      'install lock update remove uninstall show list build publish check version export sync cache search about help graph clean env info outdated tree',
    gets: 'add',
    got: packages,
    makes: 'new init',
    runs: 'run',
    options: runners,
    roles: pythonRole
  }),
  'conda mamba micromamba': withSubcommands({
    ordinary:
      'list info search env create install remove update upgrade clean activate deactivate init',
    runs: 'run',
    options: {
      harmless:
        'n,name: c,channel: y,yes q,quiet json all a dry-run override-channels no-capture-output e,export from-history no-builds d',
      reads: 'f,file:',
      unknown: 'p,prefix: cwd: dev debug-wrapper-scripts'
    }
  }),
  'tox nox': withSubcommands({
    ordinary: '',
    options: {
      harmless:
        'e: s,session: l,listenvs,list r,recreate,reuse-existing-virtualenvs p: q v k: t: a',
      unknown: 'c: f: x: override: workdir: noxfile:'
    },
    otherwise: (words) => [unknown('a subcommand is not understood', words[0])]
  }),
  cargo,
  rustup: withSubcommands({
    ordinary:
      'show update default toolchain target component check doc which self override completions man set',
    runs: 'none',
    options: { harmless: 'q,quiet v,verbose toolchain: installed list' },
    special: { run: (args) => run(args.slice(1)) }
  }),
  gem: withSubcommands({
    ordinary:
      'list uninstall update search info outdated env environment which contents dependency cleanup help specification',
    gets: 'install build push',
    got: files,
    options: {
      harmless:
        'v,version: N,no-document q,quiet V,verbose f,force l,local r,remote a,all user-install no-user-install conservative pre prerelease x i',
      place: 's,source:',
      unknown:
        'install-dir: n,bindir: config-file: P,trust-policy: p,http-proxy? E,env-shebang build-root: clear-sources e'
    },
    roles: uvRoles
  }),
  'bundle bundler': withSubcommands({
    ordinary:
      'install i update check list show info outdated add remove lock clean cache package platform doctor viz init version help',
    runs: 'exec e',
    options: {
      harmless:
        'j,jobs: retry: local quiet verbose all group: without: with: deployment frozen conservative no-cache full-index keep-file-descriptors',
      unknown:
        'path: gemfile: binstubs? shebang: system trust-policy: standalone? source: git: github:'
    }
  }),
  composer: withSubcommands({
    ordinary:
      'install i update u upgrade remove show info outdated validate dump-autoload dumpautoload why depends why-not prohibits search status audit licenses diagnose about clear-cache check-platform-reqs fund self-update test run-script run',
    gets: 'require req r',
    runs: 'exec',
    options: {
      harmless:
        'q,quiet v,verbose vv vvv n,no-interaction no-dev dev no-scripts no-plugins prefer-dist prefer-source prefer-install: o,optimize-autoloader a,classmap-authoritative dry-run no-progress no-autoloader ignore-platform-reqs W,with-all-dependencies w,with-dependencies no-ansi ansi no-cache strict l,list',
      unknown: 'd,working-dir: repository: repository-url: ignore-platform-req: apcu-autoloader'
    }
  }),
  'mix rebar3 lein sbt stack cabal dune opam swiftpm pod carthage nuget vcpkg conan': (args) =>
    args.flatMap((word) =>
      word.text === undefined ||
      /^(?:eval|exec|run|repl|do|ghci|shell|cmd)$|^-(?:e|x)|[;!]|^-[^=]*=.*[ $`]/.test(word.text)
        ? [unknown('it may run other programs', word), ...run(args.slice(args.indexOf(word) + 1))]
        : []
    ),
  'apt apt-get aptitude': withSubcommands({
    ordinary:
      'update upgrade full-upgrade dist-upgrade remove purge autoremove autopurge autoclean clean list search show policy check download source build-dep changelog depends rdepends showsrc satisfy',
    gets: 'install reinstall',
    got: files,
    options: system
  }),
  'dnf yum microdnf zypper': withSubcommands({
    ordinary:
      'remove erase update upgrade check-update list info search clean makecache repolist provides autoremove group groupinstall history module refresh rm up se',
    gets: 'install in reinstall',
    got: files,
    options: system
  }),
  apk: withSubcommands({
    gets: 'add',
    got: files,
    ordinary: 'del update upgrade info search list fix stats policy version audit cache fetch',
    options: {
      harmless: `${system?.['harmless'] ?? ''} t`,
      unknown: (system?.['unknown'] ?? '').replace(' t,target-release:', '')
    }
  }),
  brew: withSubcommands({
    ordinary:
      'uninstall remove rm update upgrade list ls search info outdated deps uses leaves doctor cleanup services tap untap link unlink pin unpin config home autoremove desc fetch',
    gets: 'install reinstall',
    got: files,
    options: system
  }),
  dpkg: {
    options: {
      harmless:
        'l,list L,listfiles s,status S,search p,print-avail C,audit print-architecture get-selections i,install r,remove P,purge configure a,pending c,contents I,info x,extract e,control no-act dry-run force-all compare-versions V,verify',
      unknown:
        'pre-invoke: post-invoke: status-logger: root: instdir: admindir: log: path-include: set-selections unpack'
    },
    order: 'first',
    operands: (words, { options }) => {
      const has = (names: RegExp): boolean => options.some(({ name }) => names.test(name))
      const local = words.flatMap((word) => read({ ...word, isPossible: true }))
      const isTaken = has(/^(?:x|extract|e|control)$/)
      return isTaken ? [...local, ...throughout(words.slice(1).flatMap(write), 'all')] : local
    }
  },
  'apt-cache apt-mark dpkg-query': {
    options: {
      ...system,
      harmless: `${system?.['harmless'] ?? ''} W,show showformat: no-pager`
    }
  }
})

/** Tools that start what follows their options, with settings of their own. */
export const managedRunners: Family = family({
  'mise rtx': withSubcommands({
    ordinary:
      'install use ls list current which where upgrade uninstall doctor trust version self-update outdated prune',
    runs: 'none',
    special: {
      exec: afterDashes,
      x: afterDashes,
      run: (args) =>
        args
          .filter(({ text }) => text === undefined)
          .map((word) => unknown('a task is not known', word))
    }
  }),
  asdf: withSubcommands({
    ordinary:
      'install list current global local which where plugin reshim update uninstall latest set info',
    special: { exec: (args) => run(args) }
  }),
  direnv: withSubcommands({
    ordinary: 'status reload version deny',
    special: {
      exec: (args) => [unknown('another directory sets variables', args[0]), ...run(args.slice(1))]
    }
  }),
  'op doppler infisical chamber aws-vault teller': (args) => {
    const at = args.findIndex(({ text }) => /^(?:run|exec)$/.test(text ?? ''))
    return at < 0
      ? []
      : [
          unknown('it sets variables for what it runs', args[at]),
          ...afterDashes(args.slice(at + 1)).filter(({ kind }) => kind === 'run')
        ]
  },
  'nix nix-shell nix-build nix-env nix-instantiate nix-store nixos-rebuild guix flatpak snap': (
    args
  ) =>
    args.length === 1 && /^--(?:version|help)$/.test(args[0]?.text ?? '')
      ? []
      : [
          unknown('what it builds and runs is not known', args[0]),
          ...afterDashes(args).filter(({ kind }) => kind === 'run')
        ]
})

/** Tools of which what is run follows `--`. */
function afterDashes(args: Parameters<Profile>[0]): ReturnType<Profile> {
  const at = args.findIndex(({ text }) => text === '--')
  return at < 0 ? [unknown('what it runs is not certain', args[0])] : run(args.slice(at + 1))
}
