import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A script and the name of the program that it must not run. */
export interface Suspect {
  readonly marker: string
  readonly script: string
  /** Which shells to run it with. */
  readonly shells: readonly ('bash' | 'sh')[]
}

const tools =
  'cat ls find sed sort grep head tail wc uniq mkdir sleep tee xargs env timeout nice nohup stdbuf awk tr rev seq flock'.split(
    ' '
  )

/** Most of the time goes into waiting for scripts that never end. */
const atOnce = 4

/**
 * Runs scripts with bash, or with what is `sh` on this machine, and returns those that ran their marker.
 *
 * Each runs alone, in an empty directory, with a few harmless programs and nothing else on its path,
 * without a network where the system can do so, for half a second at most.
 */
export async function runScripts(suspects: readonly Suspect[]): Promise<readonly Suspect[]> {
  const size = Math.ceil(suspects.length / atOnce)
  const parts = Array.from({ length: atOnce }, (_, at) =>
    suspects.slice(at * size, (at + 1) * size)
  )
  return (await Promise.all(parts.map(runAll))).flat()
}

async function runAll(suspects: readonly Suspect[]): Promise<readonly Suspect[]> {
  if (suspects.length === 0) return []
  const root = await mkdtemp(join(tmpdir(), 'shell-fuzz-'))
  try {
    await furnish(root, suspects)
    await run(root)
    const ran = new Set(await readdir(join(root, 'ran')))
    return suspects.filter(({ marker }) => ran.has(marker))
  } finally {
    await run(root, ['-c', 'chmod -R u+rwx "$1"', 'bash', root])
    await rm(root, { recursive: true, force: true })
  }
}

async function furnish(root: string, suspects: readonly Suspect[]): Promise<void> {
  for (const name of ['bin', 'ran', 'work', 'scripts']) await mkdir(join(root, name))
  for (const tool of [...tools, 'bash', 'sh']) {
    for (const place of ['/bin', '/usr/bin']) {
      await symlink(join(place, tool), join(root, 'bin', tool)).catch(() => undefined)
    }
  }
  const marker = join(root, 'marker')
  await writeFile(marker, `#!/bin/bash\nb=\${0##*/}\n: > "${root}/ran/$b"\n`)
  await chmod(marker, 0o755)
  await Promise.all(
    suspects.map(async ({ marker: name, script, shells }, at) => {
      await symlink(marker, join(root, 'bin', name))
      for (const shell of shells) {
        const file = `${String(at).padStart(6, '0')}.${shell}.${name}`
        await writeFile(join(root, 'scripts', file), script)
      }
    })
  )
}

/** One process runs all scripts, so that starting it costs nothing. */
const driver = `
ulimit -c 0 -f 2048 -t 60 2>/dev/null
for path in "$1"/scripts/*; do
  name=\${path##*.}
  rest=\${path%.*}; shell=\${rest##*.}
  work="$1/work/$shell-$name"
  /bin/mkdir "$work"; printf 'line\\nx\\n' > "$work/i"; /bin/ln -s "$1/marker" "$work/$name"
  script=$(< "$path")
  (cd "$work" && exec /usr/bin/env -i PATH="$1/bin" HOME="$work" /usr/bin/timeout -s KILL 0.5 /bin/$shell -c "$script") </dev/null >/dev/null 2>&1
done
wait
/bin/sleep 0.2
`

/** Leaves the network behind, where the system lets it. */
const isolate =
  'if unshare -rn true 2>/dev/null; then exec unshare -rn /bin/bash "$@"; fi; exec /bin/bash "$@"'

function run(root: string, args?: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      '/bin/bash',
      ['-c', isolate, 'bash', ...(args ?? ['-c', driver, 'bash', root])],
      {
        stdio: 'ignore',
        env: { PATH: '/usr/bin:/bin' }
      }
    )
    child.on('error', reject)
    child.on('exit', () => resolve())
  })
}
