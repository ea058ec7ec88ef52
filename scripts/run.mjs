// `npm start`, `npm test` and the like. Plain JavaScript for any Node from 18 on: it brings the pnpm
// and the Node that the repository pins, so that a fresh machine needs neither.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const bin = join(root, 'node_modules', '.bin')
const stamp = join(root, 'node_modules', '.agentguard-installed')
const windows = process.platform === 'win32'

const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const pnpmVersion = packageManager.replace('pnpm@', '')
const tools = join(root, '.tools', `pnpm-${pnpmVersion}`)
const pnpmBin = join(tools, 'node_modules', '.bin')
const pnpm = join(pnpmBin, windows ? 'pnpm.cmd' : 'pnpm')

const node = join(bin, 'node')
const tasks = {
  start: (args) => [
    node,
    [
      'apps/server/src/main.ts',
      'serve',
      '--policy',
      'configs/default.yaml',
      '--data-dir',
      '.agentguard',
      '--dashboard',
      ...args
    ]
  ],
  agentguard: (args) => [node, ['apps/server/src/main.ts', ...args]],
  test: (args) => [node, ['node_modules/vitest/vitest.mjs', 'run', ...args]],
  pnpm: (args) => [pinnedPnpm(), args],
  setup: () => undefined
}

const [name, ...args] = process.argv.slice(2)
const task = tasks[name]
if (!task) fail(`unknown task \`${name}\`; there are: ${Object.keys(tasks).join(', ')}`)

install()
const command = task(args)
if (command) follow(...command)

/** Installs the pinned tools and all dependencies, unless this lockfile has been installed before. */
function install() {
  const wanted = lockfileDigest()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(node)) return
  const installer = pinnedPnpm()
  say('installing dependencies and Node 24 (once; about a minute)')
  const status = run(installer, ['install', '--frozen-lockfile'])
  if (status !== 0) fail('`pnpm install` failed; its messages are above')
  writeFileSync(stamp, wanted)
}

/** The path of the pnpm that package.json names, fetched into .tools when it is not there. */
function pinnedPnpm() {
  if (existsSync(pnpm)) return pnpm
  say(`fetching pnpm ${pnpmVersion} into .tools`)
  mkdirSync(tools, { recursive: true })
  const npm = windows ? 'npm.cmd' : 'npm'
  const flags = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error']
  const status = run(npm, ['install', '--prefix', tools, ...flags, `pnpm@${pnpmVersion}`])
  if (status !== 0 || !existsSync(pnpm))
    fail('fetching pnpm failed; is the npm registry reachable?')
  return pnpm
}

function lockfileDigest() {
  const hash = createHash('sha256')
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml'])
    hash.update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

/** Runs a command to its end and returns its exit code. */
function run(executable, commandArgs) {
  const result = spawnSync(executable, commandArgs, options())
  if (result.error) fail(`\`${executable}\` could not be started: ${result.error.message}`)
  return result.status ?? 1
}

/** Runs a command in the place of this process: it gets our signals, we take its exit code. */
function follow(executable, commandArgs) {
  const child = spawn(executable, commandArgs, options())
  child.on('error', (error) => fail(`\`${executable}\` could not be started: ${error.message}`))
  child.on('exit', (code, signal) => process.exit(signal ? 1 : code))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // npm passes signals to a shell that does not pass them on; a dead parent says the same.
  const { ppid } = process
  setInterval(() => process.ppid === ppid || child.kill(), 250).unref()
}

function options() {
  const env = { ...process.env, PATH: [bin, pnpmBin, process.env.PATH].join(delimiter) }
  return { cwd: root, stdio: 'inherit', shell: windows, env }
}

function say(text) {
  process.stderr.write(`agentguard: ${text}\n`)
}

function fail(text) {
  say(text)
  process.exit(1)
}
