import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A script and the name of the program that it must not run. */
export interface Suspect {
  readonly marker: string
  readonly script: string
}

const tools =
  'cat ls find sed sort grep head tail wc uniq mkdir sleep tee xargs env timeout nice nohup stdbuf awk tr rev seq'.split(
    ' '
  )

/**
 * Runs scripts with bash and returns those that ran their marker.
 *
 * Each runs alone, in an empty directory, with a few harmless programs and nothing else on its path,
 * without a network where the system can do so, for a second at most.
 */
export async function runUnderBash(suspects: readonly Suspect[]): Promise<readonly Suspect[]> {
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
    suspects.map(async ({ marker: name, script }, at) => {
      await symlink(marker, join(root, 'bin', name))
      await writeFile(join(root, 'scripts', `${String(at).padStart(6, '0')}.${name}`), script)
    })
  )
}

/** One process runs all scripts, so that starting it costs nothing. */
const driver = `
ulimit -c 0 -f 2048 -t 60 2>/dev/null
for path in "$1"/scripts/*; do
  name=\${path##*.}
  work="$1/work/$name"
  /bin/mkdir "$work"; printf 'line\\nx\\n' > "$work/i"; /bin/ln -s "$1/marker" "$work/$name"
  script=$(< "$path")
  (cd "$work" && exec /usr/bin/env -i PATH="$1/bin" HOME="$work" /usr/bin/timeout -s KILL 1 /bin/bash --norc --noprofile -c "$script") </dev/null >/dev/null 2>&1
done
wait
/bin/sleep 0.2
`

function run(root: string, args?: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/bash', args ?? ['-c', driver, 'bash', root], { stdio: 'ignore' })
    child.on('error', reject)
    child.on('exit', () => resolve())
  })
}
