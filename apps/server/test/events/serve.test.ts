import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { apiOf } from '../support/api.ts'
import { serveBin } from '../support/bin.ts'
import { parseEvents, type ReadEvent } from '../support/open-feed.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const policy = (name: string): string => `
version: "1"
name: ${name}
rules:
  - scope: shell
    allow: [{pattern: 'ls *'}]
    require_approval: [{pattern: 'git push *'}]
`

/** Opens the live events; `until` resolves to what came when there are so many of them. */
async function listen(port: number, lastEventId?: string) {
  const headers = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }
  const { body } = await fetch(`http://127.0.0.1:${port}/api/stream`, { headers })
  const reader = (body as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream())
    .getReader()
  let text = ''
  return {
    async until(count: number): Promise<ReadEvent[]> {
      while (parseEvents(text).length < count) {
        const { done, value } = await reader.read()
        if (done) throw new Error('the stream has ended')
        text += value
      }
      return parseEvents(text)
    },
    async end(): Promise<void> {
      while (!(await reader.read()).done);
    }
  }
}

async function samples(port: number): Promise<string[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`)
  return (await answer.text()).split('\n')
}

describe('a server that is watched', () => {
  test('tells what happens, ends streams when it stops, and goes on where it was', async () => {
    const cwd = await temporaryDirectory()
    const file = join(cwd, 'p.yaml')
    await writeFile(file, policy('first'))
    const args = ['--policy', 'p.yaml', '--dashboard', '--data-dir', join(cwd, 'data')]
    const first = await serveBin(args, { cwd })
    const api = apiOf(first.port)
    const stream = await listen(first.port)
    await api.check({ scope: 'shell', command: 'ls -l' })
    await api.check({ scope: 'shell', command: 'git push origin' })
    await writeFile(file, policy('second'))
    const events = await stream.until(4)
    expect(events.map(({ event, data }) => [event, data['type']])).toEqual([
      ['message', 'check'],
      ['message', 'check'],
      ['approval_required', 'approval_required'],
      ['policy_loaded', 'policy_loaded']
    ])
    const id = String(events[2]?.data['approval_id'])
    expect(await api.get('/api/stats')).toEqual({
      allowed: 1,
      approvals: 1,
      denied: 0,
      pending: 1,
      total: 2
    })
    expect(await samples(first.port)).toEqual(
      expect.arrayContaining([
        'agentguard_checks_total 2',
        'agentguard_pending_approvals 1',
        'agentguard_sse_subscribers 1',
        'agentguard_policy_loads_total{outcome="loaded"} 2',
        'agentguard_http_requests_total{route="/v1/check",method="POST",status="200"} 2',
        'agentguard_decisions_total{tenant="local",scope="shell",transport="sdk",decision="ALLOW"} 1'
      ])
    )
    first.child.kill('SIGTERM')
    await Promise.all([stream.end(), once(first.child, 'exit')])

    const second = await serveBin(args, { cwd })
    expect(await samples(second.port)).toEqual(
      expect.arrayContaining(['agentguard_checks_total 2', 'agentguard_approval_required_total 1'])
    )
    const again = await listen(second.port, events[1]?.id)
    await apiOf(second.port).post(`/v1/approve/${id}`)
    const types = (await again.until(5)).map(({ data }) => data['type'])
    expect(types).toEqual([
      'approval_required',
      'policy_loaded',
      'policy_loaded',
      'resolved',
      'approval_resolved'
    ])
  })
})
