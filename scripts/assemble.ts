// Puts together what a machine needs to run an app, and nothing else: `node scripts/assemble.ts
// <app> <folder>`. The folder must not exist. The versions are those of the lockfile.
//
// `pnpm deploy` copies workspace packages as they are, with exports that point at sources, and Node
// runs no TypeScript in node_modules. So what `publishConfig` says is put in force here, as packing does.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = join(import.meta.dirname, '..')
const [app, folder] = process.argv.slice(2)
if (app === undefined || folder === undefined)
  fail('usage: node scripts/assemble.ts <app> <folder>')
const out = resolve(folder)
if (existsSync(out)) fail(`${out} is there already; name a folder that is not`)

pnpm('turbo', 'run', 'build', `--filter=${app}...`)
pnpm('--filter', app, 'deploy', '--prod', out)
for (const place of [out, ...ownPackages()]) publish(place)

/** The workspace packages that were copied, each once. */
function ownPackages(): readonly string[] {
  const store = join(out, 'node_modules', '.pnpm')
  const copies = readdirSync(store).filter((name) => name.startsWith('@agentguard+'))
  return copies.map((name) => {
    const own = join(store, name, 'node_modules', '@agentguard')
    const at = readdirSync(own).find((entry) => name.startsWith(`@agentguard+${entry}@`))
    if (at === undefined) return fail(`${name} has no package of its name`)
    return realpathSync(join(own, at))
  })
}

/** Makes a folder what its package is once it is published. */
function publish(place: string): void {
  const file = join(place, 'package.json')
  const {
    publishConfig,
    devDependencies: _,
    scripts: __,
    ...rest
  } = JSON.parse(readFileSync(file, 'utf8'))
  const { exports, bin } = publishConfig ?? {}
  const published = { ...rest, ...(exports && { exports }), ...(bin && { bin }) }
  writeFileSync(file, `${JSON.stringify(published, null, 2)}\n`)
  for (const unused of ['src', 'test', 'bench']) {
    rmSync(join(place, unused), { recursive: true, force: true })
  }
}

function pnpm(...args: readonly string[]): void {
  const run = [join(root, 'scripts', 'run.mjs'), 'pnpm', ...args]
  const { status } = spawnSync(process.execPath, run, { cwd: root, stdio: 'inherit' })
  if (status !== 0) fail(`pnpm ${args.join(' ')} failed; its messages are above`)
}

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}
