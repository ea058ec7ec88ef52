import { execFile } from 'node:child_process'
import {
  mkdir,
  mkdtemp,
  open,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  loadPolicyFile,
  type PolicyFile,
  type PolicyWatcher,
  type WatchOptions,
  watchPolicyFile
} from '../src/node/index.ts'

let directory: string
let path: string
const watchers: PolicyWatcher[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'policy-watch-'))
  path = join(directory, 'policy.yaml')
  await writeFile(path, named('first'))
})

afterEach(async () => {
  vi.useRealTimers()
  for (const watcher of watchers.splice(0)) watcher.close()
  await rm(directory, { recursive: true, force: true })
})

/** A policy whose name tells it from others. All names of five letters give the same length. */
function named(name: string): string {
  return `version: "1"\nname: ${name}\nrules: []\n`
}

/** Replaces the file at once, so that nobody reads a half of it. */
async function put(text: string, file = path): Promise<void> {
  await writeFile(`${file}.put`, text)
  await rename(`${file}.put`, file)
}

/** What the watcher told: the name of a policy, or the code of what is wrong with it. */
function told(file: PolicyFile): string {
  return file.ok ? file.policy.document.name : (file.issues[0]?.code ?? '')
}

/** Everything that a watcher reports, in order; `next` waits for what was not asked for yet. */
class Reports {
  readonly all: PolicyFile[] = []
  #asked = 0
  #wake: () => void = () => undefined

  readonly onChange = (file: PolicyFile): void => {
    this.all.push(file)
    this.#wake()
  }

  async next(): Promise<string> {
    while (this.all.length <= this.#asked) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return told(this.all[this.#asked++] as PolicyFile)
  }
}

type Watched = Reports & { readonly watcher: PolicyWatcher }

/** Watches a file from what it holds now. */
async function watch(file = path, options: Partial<WatchOptions> = {}): Promise<Watched> {
  const { digest } = await loadPolicyFile(file)
  const reports = new Reports()
  const watcher = watchPolicyFile(file, {
    onChange: reports.onChange,
    digest,
    intervalMs: 10,
    settleMs: 2,
    ...options
  })
  watchers.push(watcher)
  return Object.assign(reports, { watcher })
}

describe('a change is reported', () => {
  test('when the file is edited in place', async () => {
    const reports = await watch()
    const file = await open(path, 'r+')
    await file.write(named('forth'), 0)
    expect(await reports.next()).toBe('forth')
    await file.write(named('fifth'), 0)
    expect(await reports.next()).toBe('fifth')
    await file.close()
  })

  test('when another file is renamed over it', async () => {
    const reports = await watch()
    await writeFile(`${path}.new`, named('second'))
    await rename(`${path}.new`, path)
    expect(await reports.next()).toBe('second')
  })

  test('when a symbolic link on the way to it is swapped, as Kubernetes does', async () => {
    const mount = join(directory, 'mount')
    const version = async (at: string, name: string): Promise<void> => {
      await mkdir(join(mount, at), { recursive: true })
      await writeFile(join(mount, at, 'policy.yaml'), named(name))
    }
    await version('..2026_01', 'first')
    await symlink('..2026_01', join(mount, '..data'))
    await symlink('..data/policy.yaml', join(mount, 'policy.yaml'))
    const reports = await watch(join(mount, 'policy.yaml'))
    await version('..2026_02', 'second')
    await symlink('..2026_02', join(mount, '..data_tmp'))
    await rename(join(mount, '..data_tmp'), join(mount, '..data'))
    await rm(join(mount, '..2026_01'), { recursive: true })
    expect(await reports.next()).toBe('second')
  })

  test('when the file that replaces it is older', async () => {
    const reports = await watch()
    await writeFile(`${path}.old`, named('older'))
    await utimes(`${path}.old`, new Date(0), new Date(0))
    await rename(`${path}.old`, path)
    expect(await reports.next()).toBe('older')
  })

  test('when neither its size nor its time of change tell', async () => {
    const time = new Date('2026-01-01')
    await utimes(path, time, time)
    const before = await stat(path)
    const reports = await watch()
    await writeFile(`${path}.same`, named('fifth'))
    await utimes(`${path}.same`, time, time)
    await rename(`${path}.same`, path)
    expect(await reports.next()).toBe('fifth')
    const after = await stat(path)
    expect([after.size, after.mtimeMs]).toEqual([before.size, before.mtimeMs])
  })

  test('when the system reports nothing, as in another directory behind a link', async () => {
    const far = await mkdtemp(join(tmpdir(), 'policy-far-'))
    await writeFile(join(far, 'policy.yaml'), named('first'))
    const link = join(directory, 'link.yaml')
    await symlink(join(far, 'policy.yaml'), link)
    const reports = await watch(link)
    await put(named('second'), join(far, 'policy.yaml'))
    expect(await reports.next()).toBe('second')
    await rm(far, { recursive: true })
  })

  test('when its whole directory is removed and made again', async () => {
    const nested = join(directory, 'nested')
    await mkdir(nested)
    await writeFile(join(nested, 'policy.yaml'), named('first'))
    const reports = await watch(join(nested, 'policy.yaml'))
    await rm(nested, { recursive: true })
    expect(await reports.next()).toBe('unreadable')
    await mkdir(nested)
    await put(named('second'), join(nested, 'policy.yaml'))
    expect(await reports.next()).toBe('second')
  })
})

describe('a bad file', () => {
  test('is reported with its issues, and so is the good one after it', async () => {
    const reports = await watch()
    await put('version: "1"\nname: [')
    expect(await reports.next()).toBe('yaml_syntax')
    expect(reports.all[0]?.ok).toBe(false)
    await put(named('second'))
    expect(await reports.next()).toBe('second')
  })

  test('is followed by the policy before it, when that comes back', async () => {
    const reports = await watch()
    await put('version: "1"\nname: [')
    await reports.next()
    await put(named('first'))
    expect(await reports.next()).toBe('first')
  })

  test('that is gone is unreadable, until it is there again', async () => {
    const reports = await watch()
    await rm(path)
    expect(await reports.next()).toBe('unreadable')
    await put(named('first'))
    expect(await reports.next()).toBe('first')
  })

  test('that stays bad is reported once', async () => {
    const reports = await watch(path, { intervalMs: 60_000 })
    await rm(path)
    await reports.watcher.refresh()
    await reports.watcher.refresh()
    expect(reports.all.map(told)).toEqual(['unreadable'])
  })
})

describe('a reported policy', () => {
  test('names its file and its digest in verdicts', async () => {
    const reports = await watch()
    const rules = "[{scope: shell, allow: [{pattern: 'ls'}]}]"
    await put(`version: "1"\nname: third\nrules: ${rules}\n`)
    await reports.next()
    const [file] = reports.all
    expect(file?.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(file?.ok && file.policy.check({ scope: 'shell', command: 'ls' })).toMatchObject({
      rule_source: { file: path, line: 3 },
      policy_digest: file?.digest
    })
  })

  test('is the one that loading the file gives', async () => {
    const reports = await watch()
    await put(named('second'))
    await reports.next()
    expect(reports.all[0]?.digest).toBe((await loadPolicyFile(path)).digest)
  })
})

describe('what was there before', () => {
  test('is reported when it is not what the given digest says', async () => {
    const reports = await watch(path, { digest: 'sha256:other', intervalMs: 60_000 })
    await reports.watcher.refresh()
    expect(reports.all.map(told)).toEqual(['first'])
  })

  test('is not reported when it is, nor when there is no digest', async () => {
    const cases = [
      ['second', {}],
      ['third', { digest: undefined }]
    ] as const
    for (const [name, options] of cases) {
      const reports = await watch(path, { ...options, intervalMs: 60_000 })
      await reports.watcher.refresh()
      expect(reports.all).toEqual([])
      await put(named(name))
      await reports.watcher.refresh()
      expect(reports.all.map(told)).toEqual([name])
    }
  })

  test('is reported as soon as `refresh` resolves', async () => {
    const reports = await watch(path, { intervalMs: 60_000 })
    await put(named('second'))
    await reports.watcher.refresh()
    expect(reports.all.map(told)).toEqual(['second'])
  })
})

describe('a file that is being written', () => {
  const settleMs = 1000

  /** Watches while time stands still, so that a test says when the content has settled. */
  async function watchInStillTime(): Promise<Watched> {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearInterval', 'clearTimeout'] })
    return watch(path, { settleMs, intervalMs: 2 ** 30 })
  }

  /** Resolves when the watcher has read the file and waits for it to settle. */
  async function hasRead(): Promise<void> {
    // One timer is the interval.
    while (vi.getTimerCount() < 2) await new Promise((resolve) => setImmediate(resolve))
  }

  /** Lets the watcher read again, and again, until it has nothing to wait for. */
  async function settle(refreshed: Promise<void>): Promise<void> {
    let isDone = false
    const done = refreshed.then(() => {
      isDone = true
    })
    while (!isDone) {
      vi.advanceTimersByTime(settleMs)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await done
  }

  test('is reported once, when it is whole', async () => {
    const reports = await watchInStillTime()
    const whole = `${named('second')}description: more\n`
    await writeFile(path, named('second'))
    const refreshed = reports.watcher.refresh()
    await hasRead()
    await writeFile(path, whole)
    await settle(refreshed)
    expect(reports.all).toHaveLength(1)
    expect(reports.all[0]?.ok && reports.all[0].policy.document.description).toBe('more')
  })

  test('is reported as the last of several quick edits', async () => {
    const reports = await watchInStillTime()
    await writeFile(path, named('second'))
    const refreshed = reports.watcher.refresh()
    for (const name of ['third', 'forth', 'fifth']) {
      await hasRead()
      await writeFile(path, named(name))
      vi.advanceTimersByTime(settleMs)
    }
    await settle(refreshed)
    expect(reports.all.map(told)).toEqual(['fifth'])
  })

  test('is not reported when it ends as it began', async () => {
    const reports = await watchInStillTime()
    await writeFile(path, '')
    const refreshed = reports.watcher.refresh()
    await hasRead()
    await writeFile(path, named('first'))
    await settle(refreshed)
    expect(reports.all).toEqual([])
  })

  test('is not reported when the watcher is closed before it settles', async () => {
    const reports = await watchInStillTime()
    await writeFile(path, named('second'))
    const refreshed = reports.watcher.refresh()
    await hasRead()
    reports.watcher.close()
    await settle(refreshed)
    expect(reports.all).toEqual([])
  })
})

test('a closed watcher reports nothing, not even when it is asked', async () => {
  const closed = await watch()
  const open = await watch()
  closed.watcher.close()
  await put(named('second'))
  expect(await open.next()).toBe('second')
  await closed.watcher.refresh()
  expect(closed.all).toEqual([])
})

test('a watcher may be closed twice', async () => {
  const { watcher } = await watch()
  watcher.close()
  watcher.close()
  await watcher.refresh()
})

describe('in a process of its own', () => {
  /** Runs a module that has `watchPolicyFile`, `write` and `path`, and gives what it printed. */
  async function run(body: string): Promise<string> {
    const source = `
      import { renameSync, writeFileSync } from 'node:fs'
      import { watchPolicyFile } from ${JSON.stringify(new URL('../src/node/index.ts', import.meta.url))}
      const path = ${JSON.stringify(path)}
      function write(name) {
        writeFileSync(path + '.put', 'version: "1"\\nname: ' + name + '\\n')
        renameSync(path + '.put', path)
      }
      ${body}`
    const parameters = ['--input-type=module', '--eval', source]
    const { stdout } = await promisify(execFile)(process.execPath, parameters)
    return stdout
  }

  test('a watcher does not keep the process alive', async () => {
    expect(await run("watchPolicyFile(path, { onChange() {} }); process.stdout.write('end')")).toBe(
      'end'
    )
  })

  test('a callback that throws ends neither the watcher nor the process', async () => {
    const body = `
      const alive = setInterval(() => undefined, 1000)
      let calls = 0
      function onChange(file) {
        calls++
        if (calls === 1) {
          setImmediate(() => write('third'))
          throw new Error('not now')
        }
        process.stdout.write(file.policy.document.name)
        clearInterval(alive)
      }
      watchPolicyFile(path, { onChange, digest: 'none', intervalMs: 10, settleMs: 2 })`
    expect(await run(body)).toBe('third')
  })
})

describe('a file that cannot be read', () => {
  test.each([
    ['is not there', 'missing.yaml', /ENOENT/],
    ['is a directory', '.', /is not a regular file/]
  ])('because it %s has the one issue `unreadable`', async (_, name, reason) => {
    const file = await loadPolicyFile(join(directory, name))
    expect(file).toMatchObject({ ok: false, issues: [{ code: 'unreadable', line: 1, column: 1 }] })
    expect(file.digest).toBeUndefined()
    const [issue] = file.ok ? [] : file.issues
    expect(issue?.message).toMatch(/^reading policy file: /)
    expect(issue?.message).toMatch(reason)
  })

  test('has a digest if it could be read but not compiled', async () => {
    await writeFile(path, 'name: x')
    expect(await loadPolicyFile(path)).toMatchObject({
      ok: false,
      digest: expect.stringMatching(/^sha256:/),
      issues: [{ code: 'missing_version' }]
    })
  })
})
