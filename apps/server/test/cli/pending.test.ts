import { describe, expect, onTestFinished, test } from 'vitest'
import type { Keys, Terminal } from '../../src/cli/io.ts'
import { createListener } from '../../src/http/create-listener.ts'
import { startServer } from '../../src/http/start-server.ts'
import { depsOf } from '../support/deps.ts'
import type { Parts } from '../support/parts.ts'
import { run } from '../support/run.ts'

const action = {
  scope: 'shell',
  command: 'npm i left-pad',
  agent_id: 'bot',
  est_cost: 2,
  meta: { target: '/etc/shadow', note: '\u001b[2Jnice\u202e' },
  actions: [{ scope: 'shell', command: 'ls node_modules' }]
}

async function serve(): Promise<{ url: string; parts: Parts }> {
  const deps = await depsOf()
  const server = await startServer({ listener: createListener(deps), port: 0, host: '127.0.0.1' })
  onTestFinished(() => server.close(0))
  return { url: `http://127.0.0.1:${server.port}`, parts: deps.parts }
}

/** A keyboard that presses the next key each time somebody waits for one. */
function terminalWith(keys: readonly string[]): Terminal & { readonly closed: () => boolean } {
  const left = [...keys]
  let isClosed = false
  const keyboard: Keys = {
    next: async () => left.shift() ?? 'q',
    quiet: async () => {},
    close: () => {
      isClosed = true
    }
  }
  return { out: true, err: false, columns: 80, openKeys: () => keyboard, closed: () => isClosed }
}

describe('pending', () => {
  test('shows the whole action, with its arguments, escaped', async () => {
    const { url, parts } = await serve()
    const { approval_id: id } = await parts.guard.check(action)
    const { exit, out } = await run(['pending', '--url', url])
    expect(exit).toBe(0)
    expect(out).toContain(
      `Pending approvals: 1\n  [${id}] scope=shell action="npm i left-pad" agent=bot\n`
    )
    for (const text of [
      'est_cost: 2',
      'meta "target": "/etc/shadow"',
      'meta "note": "\\x1b[2Jnice\\u202e"',
      'further action 1:',
      'command: "ls node_modules"',
      'rule: require_approval:shell:npm *'
    ]) {
      expect(out).toContain(text)
    }
    expect(out).not.toContain('\u001b')
    expect(out).not.toContain('\u202e')
  })

  test('identical asks are shown as one, and answered together', async () => {
    const { url, parts } = await serve()
    const ids = [await parts.guard.check(action), await parts.guard.check(action)]
    expect((await run(['pending', '--url', url])).out).toContain(
      'asked 2 times, all answered together'
    )
    await run(['pending', '--watch', '--url', url], { terminal: terminalWith(['a', 'q']) })
    for (const { approval_id: id = '' } of ids) {
      expect(await parts.approvals.get('local', id)).toMatchObject({ decision: 'ALLOW' })
    }
  })

  test('without the dashboard it says how to get it', async () => {
    const deps = await depsOf({ hasDashboard: false })
    const server = await startServer({ listener: createListener(deps), port: 0, host: '127.0.0.1' })
    onTestFinished(() => server.close(0))
    const { exit, err } = await run(['pending', '--url', `http://127.0.0.1:${server.port}`])
    expect([exit, err]).toEqual([1, expect.stringContaining('--dashboard')])
  })
})

describe('pending --watch', () => {
  test('takes an answer to each with one key', async () => {
    const { url, parts } = await serve()
    const ids: string[] = []
    for (const command of ['npm 1', 'npm 2', 'npm 3']) {
      ids.push((await parts.guard.check({ scope: 'shell', command })).approval_id as string)
    }
    const terminal = terminalWith(['x', 'aa', 'a', 'd', 's', 'q'])
    const { exit, out } = await run(['pending', '--watch', '--url', url, '--no-color'], {
      terminal
    })
    expect(exit).toBe(0)
    const decisions = ids.map(async (id) => (await parts.approvals.get('local', id))?.decision)
    expect(await Promise.all(decisions)).toEqual(['ALLOW', 'DENY', undefined])
    expect(out).toContain('Action approve: approved\n')
    expect(out).toContain('Action deny: denied\n')
    expect(out).toContain('Nothing waits (1 skipped). Watching; q quits.')
    expect(terminal.closed()).toBe(true)
  })

  test('Ctrl-C answers nothing, and gives the terminal back', async () => {
    const { url, parts } = await serve()
    const { approval_id: id = '' } = await parts.guard.check(action)
    const terminal = terminalWith(['\u0003'])
    expect((await run(['pending', '--watch', '--url', url], { terminal })).exit).toBe(0)
    expect(await parts.approvals.get('local', id)).toMatchObject({ resolved: false })
    expect(terminal.closed()).toBe(true)
  })

  test('a refused answer is shown and does not come up again', async () => {
    const { url, parts } = await serve()
    const { approval_id: id = '' } = await parts.guard.check(action)
    let isFirst = true
    const terminal = terminalWith([])
    const keys: Keys = {
      async next() {
        if (!isFirst) return 'q'
        isFirst = false
        await parts.guard.resolve('local', id, { decision: 'DENY', by: 'ann' })
        return 'a'
      },
      quiet: async () => {},
      close: () => {}
    }
    const { err } = await run(['pending', '--watch', '--url', url], {
      terminal: { ...terminal, openKeys: () => keys }
    })
    expect(err).toMatch(/^Failed \(409\): already resolved\n/)
    expect(await parts.approvals.get('local', id)).toMatchObject({ decision: 'DENY' })
  })

  test('a key that is held down, or was meant for another action, answers nothing', async () => {
    const { url, parts } = await serve()
    const { approval_id: id = '' } = await parts.guard.check(action)
    const order: string[] = []
    const keys: Keys = {
      async next() {
        order.push('next')
        return 'q'
      },
      async quiet(ms) {
        order.push(`quiet ${ms}`)
      },
      close: () => {}
    }
    const terminal = { ...terminalWith([]), openKeys: () => keys }
    const onOut = (text: string): void => void (text.includes(id) && order.push('shown'))
    await run(['pending', '--watch', '--url', url], { terminal, onOut })
    expect(order).toEqual(['shown', 'quiet 500', 'next'])
  })

  test('without a terminal it is a list', async () => {
    const { url } = await serve()
    const { exit, out } = await run(['pending', '--watch', '--url', url])
    expect([exit, out]).toEqual([0, 'Pending approvals: none\n'])
  })
})
