import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AuditLog, openAuditLog } from '@agentguard/audit'
import { fileAuditStore } from '@agentguard/audit/file'
import { memoryAuditStore } from '@agentguard/audit/memory'
import type { ActionRequest, AuditEntry } from '@agentguard/protocol'
import { describe, expect, onTestFinished, test } from 'vitest'
import { heldBytes } from '../../../test/support/held-bytes.ts'
import { createHistory, type History, rebuildHistory } from '../src/index.ts'
import { noon, openWorld, signer } from './world.ts'

const minute = 60_000

function make(what: string, agent_id = 'bot', scope = 'shell'): ActionRequest {
  return { scope, command: `make ${what}`, agent_id }
}

/** What a history says of an agent's `make` within five minutes. */
function prior(
  history: History,
  what: string,
  { agent = 'bot', tenant = 'local', at = noon } = {}
) {
  return history.factsFor(tenant, agent, at).prior(`make ${what}`, 5 * minute, 'shell')
}

describe('what was allowed', () => {
  test('is found by its command, its action and by a pattern; the rest is absent', () => {
    const history = createHistory({ knownSince: 0 })
    history.record('local', { ...make('test'), action: 'exec' }, noon)
    const facts = history.factsFor('local', 'bot', noon)
    for (const wanted of ['make test', 'exec', 'make *', '*']) {
      expect(facts.prior(wanted, minute, 'shell'), wanted).toBe('yes')
    }
    for (const wanted of ['make', 'make tests', 'MAKE test', 'rm *']) {
      expect(facts.prior(wanted, minute, 'shell'), wanted).toBe('no')
    }
  })

  test('is that of one tenant, agent and scope', () => {
    const history = createHistory({ knownSince: 0 })
    history.record('local', make('test'), noon)
    expect(prior(history, 'test', { tenant: 'acme' })).toBe('no')
    expect(prior(history, 'test', { agent: 'eve' })).toBe('no')
    expect(history.factsFor('local', 'bot', noon).prior('make test', minute, 'cost')).toBe('no')
    // No spelling of names makes two meet.
    history.record('a', make('x', 'b","c'), noon)
    expect(prior(history, 'x', { tenant: 'a","b', agent: 'c' })).toBe('no')
  })

  test('includes further actions, each in its scope', () => {
    const history = createHistory({ knownSince: 0 })
    const action = { scope: 'mcp_tool', command: 'fs:run', agent_id: 'bot' }
    history.record(
      'local',
      { ...action, actions: [{ scope: 'shell', command: 'make test' }] },
      noon
    )
    expect(prior(history, 'test')).toBe('yes')
    expect(history.factsFor('local', 'bot', noon).prior('fs:run', minute, 'mcp_tool')).toBe('yes')
    expect(history.factsFor('local', 'bot', noon).prior('fs:run', minute, 'shell')).toBe('no')
  })

  test('leaves out what a call only may have meant, which no rule has allowed', () => {
    const history = createHistory({ knownSince: 0 })
    const action = { scope: 'mcp_tool', command: 'x:get', agent_id: 'bot' }
    const may = { scope: 'shell', command: 'make test', derived: 'possible' } as const
    history.record('local', { ...action, actions: [may] }, noon)
    expect(prior(history, 'test')).toBe('no')
    history.record('local', { ...action, actions: [{ ...may, derived: 'certain' }] }, noon)
    expect(prior(history, 'test')).toBe('yes')
  })

  test('counts until its window is over, the edge included', () => {
    const history = createHistory({ knownSince: 0 })
    history.record('local', make('test'), noon)
    expect(prior(history, 'test', { at: noon + 5 * minute })).toBe('yes')
    expect(prior(history, 'test', { at: noon + 5 * minute + 1 })).toBe('no')
  })

  test('counts from its last time, in whatever order the times are told', () => {
    const history = createHistory({ knownSince: 0 })
    for (const at of [noon - 8 * minute, noon, noon - 9 * minute]) {
      history.record('local', make('test'), at)
    }
    expect(prior(history, 'test', { at: noon + 5 * minute })).toBe('yes')
  })

  test('by a clock that was ahead went on to count until the clock had caught up', () => {
    const history = createHistory({ knownSince: 0 })
    history.record('local', make('all'), noon + 24 * 60 * minute)
    expect(prior(history, 'all', { at: noon })).toBe('unknown')
    expect(prior(history, 'all', { at: noon + 60 * minute })).toBe('unknown')
    expect(prior(history, 'other', { at: noon })).toBe('no')
    // Done again, it counts from then on.
    history.record('local', make('all'), noon)
    expect(prior(history, 'all', { at: noon + 4 * minute })).toBe('yes')
    expect(prior(history, 'all', { at: noon + 6 * minute })).toBe('no')
  })

  test('counts when the clock was set back a little', () => {
    const history = createHistory({ knownSince: 0 })
    history.record('local', make('all'), noon + 900)
    expect(prior(history, 'all', { at: noon })).toBe('yes')
  })

  test('of nobody in particular is unknown, unless it is found', () => {
    const history = createHistory({ knownSince: 0 })
    expect(prior(history, 'test', { agent: '' })).toBe('unknown')
    history.record('local', make('test', ''), noon)
    expect(prior(history, 'test', { agent: '' })).toBe('yes')
    expect(prior(history, 'test', { agent: 'anonymous' })).toBe('no')
  })

  test('before the history began is unknown', () => {
    const history = createHistory({ knownSince: noon })
    expect(prior(history, 'test', { at: noon + 5 * minute })).toBe('unknown')
    expect(prior(history, 'test', { at: noon + 5 * minute + 1 })).toBe('no')
  })
})

describe('a history is bounded', () => {
  test('what was forgotten is unknown and not absent', () => {
    const history = createHistory({ knownSince: 0, maxActions: 3 })
    for (const [index, what] of ['a', 'b', 'c', 'd'].entries()) {
      history.record('local', make(what), noon + index)
    }
    expect(prior(history, 'd')).toBe('yes')
    expect(prior(history, 'a')).toBe('unknown')
    expect(prior(history, 'never')).toBe('unknown')
    // What was forgotten was at noon: a window that begins later holds nothing forgotten.
    expect(prior(history, 'a', { at: noon + 5 * minute })).toBe('unknown')
    expect(prior(history, 'a', { at: noon + 5 * minute + 1 })).toBe('no')
  })

  test('whoever did nothing for longest is forgotten first, as a whole', () => {
    const history = createHistory({ knownSince: 0, maxActions: 3 })
    for (const agent of ['a', 'b', 'c']) history.record('local', make('test', agent), noon)
    history.record('local', make('test', 'a'), noon + 1)
    history.record('local', make('test', 'd'), noon + 2)
    expect(prior(history, 'test', { agent: 'b' })).toBe('unknown')
    for (const agent of ['a', 'c', 'd']) expect(prior(history, 'test', { agent })).toBe('yes')
    // An agent that was never seen may have been among those who are forgotten.
    expect(prior(history, 'test', { agent: 'e' })).toBe('unknown')
    expect(prior(history, 'test', { agent: 'e', at: noon + 5 * minute + 1 })).toBe('no')
  })

  test('one agent takes its own share only', () => {
    const history = createHistory({ knownSince: 0, maxActionsPerAgent: 10 })
    history.record('local', make('test', 'quiet'), noon)
    for (let i = 0; i < 10_000; i++) history.record('local', make(`${i}`, 'busy'), noon + i)
    expect(prior(history, 'test', { agent: 'quiet', at: noon + 1 })).toBe('yes')
    expect(prior(history, '0', { agent: 'busy' })).toBe('unknown')
    expect(prior(history, '9999', { agent: 'busy', at: noon + 9999 })).toBe('yes')
    expect(prior(history, 'other', { agent: 'quiet' })).toBe('no')
  })

  test('repeating an action costs nothing', () => {
    const history = createHistory({ knownSince: 0, maxActions: 2 })
    history.record('local', make('first'), noon)
    for (let i = 0; i < 1000; i++) history.record('local', make('test'), noon + i)
    expect(prior(history, 'first')).toBe('yes')
    expect(prior(history, 'other')).toBe('no')
  })

  test('a long command takes the place of many', () => {
    const history = createHistory({ knownSince: 0, maxActions: 100 })
    history.record('local', make('first', 'a'), noon)
    history.record('local', make('x'.repeat(256 * 50)), noon)
    expect(prior(history, 'first', { agent: 'a' })).toBe('yes')
    history.record('local', make('y'.repeat(256 * 60)), noon)
    expect(prior(history, 'first', { agent: 'a' })).toBe('unknown')
    // What has no room at all is forgotten at once.
    history.record('local', make('z'.repeat(256 * 200), 'b'), noon)
    expect(prior(history, `${'z'.repeat(256 * 200)}`, { agent: 'b' })).toBe('unknown')
  })

  test('a million agents take as much memory as those that are remembered', async () => {
    const history = createHistory({ knownSince: 0 })
    const before = await heldBytes()
    for (let i = 0; i < 1_000_000; i++)
      history.record('local', make('test', `agent-${i}`), noon + i)
    // Less than 1000 bytes for each of the 100 000 that are kept.
    expect((await heldBytes()) - before).toBeLessThan(100_000_000)
    const at = noon + 1_000_000
    expect(prior(history, 'test', { agent: 'agent-999999', at })).toBe('yes')
    expect(prior(history, 'test', { agent: 'agent-0', at })).toBe('unknown')
  })

  test('marks of what is unknown are bounded too', () => {
    const history = createHistory({ knownSince: 0 })
    history.record('local', make('test', 'known'), noon)
    for (let i = 0; i < 20_000; i++) {
      history.recordUnknown({ tenant: 'local', agent: `agent-${i}`, scope: 'shell' }, noon)
    }
    for (const agent of ['agent-0', 'agent-19999', 'somebody']) {
      expect(prior(history, 'test', { agent }), agent).toBe('unknown')
    }
    expect(prior(history, 'test', { agent: 'known' })).toBe('yes')
    expect(prior(history, 'other', { agent: 'known' })).toBe('unknown')
    expect(prior(history, 'test', { agent: 'agent-0', at: noon + 5 * minute + 1 })).toBe('no')
  })

  test('one verdict asks a condition once, however many effects it has', () => {
    const history = createHistory({ knownSince: 0 })
    const facts = history.factsFor('local', 'bot', noon)
    expect(facts.prior('make test', minute, 'shell')).toBe('no')
    history.record('local', make('test'), noon)
    expect(facts.prior('make test', minute, 'shell')).toBe('no')
    const ofTheNext = history.factsFor('local', 'bot', noon)
    expect(ofTheNext.prior('make test', minute, 'shell')).toBe('yes')
  })
})

describe('what is unknown', () => {
  test.each([
    [{ tenant: 'local' }, 'unknown', 'unknown', 'unknown'],
    [{ tenant: 'local', agent: 'bot' }, 'unknown', 'unknown', 'no'],
    [{ tenant: 'local', agent: 'bot', scope: 'shell' }, 'unknown', 'no', 'no'],
    [{ tenant: 'acme' }, 'no', 'no', 'no']
  ] as const)('%j', (whose, own, otherScope, otherAgent) => {
    const history = createHistory({ knownSince: 0 })
    history.recordUnknown(whose, noon)
    history.recordUnknown(whose, noon - minute)
    const facts = history.factsFor('local', 'bot', noon)
    expect(facts.prior('x', minute, 'shell')).toBe(own)
    expect(facts.prior('x', minute, 'data')).toBe(otherScope)
    expect(history.factsFor('local', 'eve', noon).prior('x', minute, 'shell')).toBe(otherAgent)
    expect(history.factsFor('local', 'bot', noon + minute).prior('x', minute, 'shell')).toBe(own)
    expect(history.factsFor('local', 'bot', noon + 2 * minute).prior('x', minute, 'shell')).toBe(
      'no'
    )
  })
})

describe('rebuilding from an audit log', () => {
  const stores = {
    memory: async () => memoryAuditStore(),
    file: async () => {
      const directory = await mkdtemp(join(tmpdir(), 'agentguard-guard-'))
      onTestFinished(() => rm(directory, { recursive: true, force: true }))
      return fileAuditStore({
        path: join(directory, 'audit.jsonl'),
        rotation: { maxBytes: 16_384 },
        compress: true
      })
    }
  }

  function entry(
    request: ActionRequest,
    at = noon,
    decision: AuditEntry['result']['decision'] = 'ALLOW'
  ) {
    return {
      timestamp: new Date(at).toISOString(),
      session_id: '',
      agent_id: request.agent_id ?? '',
      request,
      result: { decision, reason: '' },
      duration_ms: 0
    } satisfies AuditEntry
  }

  async function openLog(
    driver: keyof typeof stores,
    redact: false | ((text: string) => string) = false
  ): Promise<AuditLog> {
    const audit = await openAuditLog({ store: await stores[driver](), signer, redact })
    onTestFinished(() => audit.close())
    return audit
  }

  describe.each(['memory', 'file'] as const)('%s', (driver) => {
    test('finds what a guard has allowed, and nothing else', async () => {
      const audit = await openLog(driver)
      const rules = `rules:
  - scope: shell
    allow: [{pattern: 'make *'}]
    require_approval: [{pattern: 'git push'}]
    deny: [{pattern: 'make evil'}]
`
      const world = await openWorld({ rules, guard: { audit } })
      world.policies.set('acme', world.policies.get('local') as never)
      await world.guard.check(make('test'))
      await world.guard.check(make('evil'))
      await world.guard.check(make('acme'), { tenant: 'acme' })
      const push = { scope: 'shell', command: 'git push', agent_id: 'bot' }
      const approval_id = await world.approved(push)
      await world.guard.check({ ...push, approval_id })

      const history = createHistory({ knownSince: 0 })
      expect(await rebuildHistory(history, audit, 0)).toBe(3)
      expect(prior(history, 'test')).toBe('yes')
      expect(prior(history, 'evil')).toBe('no')
      expect(prior(history, 'acme')).toBe('no')
      expect(prior(history, 'acme', { tenant: 'acme' })).toBe('yes')
      const facts = history.factsFor('local', 'bot', noon)
      expect(facts.prior('git push', minute, 'shell')).toBe('yes')
    })

    test('reads every page and every archive', async () => {
      const audit = await openLog(driver)
      const entries = Array.from({ length: 2500 }, (_, i) =>
        entry(make(`${i}`, `bot-${i % 7}`), noon + i)
      )
      await Promise.all(entries.map((one) => audit.append(one)))
      const history = createHistory({ knownSince: 0 })
      expect(await rebuildHistory(history, audit, noon + 1)).toBe(2499)
      expect(prior(history, '0', { agent: 'bot-0' })).toBe('no')
      for (const i of [1, 999, 1000, 1001, 2499]) {
        expect(prior(history, `${i}`, { agent: `bot-${i % 7}` }), `${i}`).toBe('yes')
      }
    })

    test('what was taken out of the log is unknown', async () => {
      const secret = (text: string): string => text.replaceAll('hunter2', '[REDACTED:00000000]')
      const audit = await openLog(driver, secret)
      await audit.append(entry(make('hunter2', 'a')))
      await audit.append(entry(make('x'.repeat(20_000), 'b')))
      const { seq } = await audit.append(entry(make('gone', 'c')))
      await audit.redact({ seq, fields: ['/request/command'], reason: 'test' })
      await audit.append(entry(make('whole', 'd')))
      const history = createHistory({ knownSince: 0 })
      await rebuildHistory(history, audit, 0)
      for (const agent of ['a', 'b', 'c']) {
        expect(prior(history, 'gone', { agent }), agent).toBe('unknown')
        expect(prior(history, 'gone', { agent, at: noon + 6 * minute })).toBe('no')
      }
      expect(prior(history, 'gone', { agent: 'd' })).toBe('no')
    })

    test('where it is not known whose it is, everybody may be meant', async () => {
      const secret = (text: string): string => text.replaceAll('hunter2', '[REDACTED:00000000]')
      const audit = await openLog(driver, secret)
      await audit.append(entry(make('test', 'hunter2')))
      const acme = { ...entry(make('test', 'c')), tenant_id: 'acme' }
      const { seq } = await audit.append(acme)
      await audit.redact({ seq, fields: ['/request/agent_id'], reason: 'test' })
      const history = createHistory({ knownSince: 0 })
      await rebuildHistory(history, audit, 0)
      for (const tenant of ['local', 'acme']) {
        expect(prior(history, 'test', { agent: 'anybody', tenant }), tenant).toBe('unknown')
      }
      expect(prior(history, 'test', { agent: 'anybody', tenant: 'other' })).toBe('no')
    })

    test('where further actions were cut off, every scope may be meant', async () => {
      const audit = await openLog(driver)
      const meta = Object.fromEntries(
        Array.from({ length: 40 }, (_, i) => [`name-${i}`, 'x'.repeat(60)])
      )
      const actions = Array.from({ length: 40 }, () => ({
        scope: 'shell',
        command: 'make test',
        meta
      }))
      await audit.append(entry({ scope: 'mcp_tool', command: 'run', agent_id: 'bot', actions }))
      const history = createHistory({ knownSince: 0 })
      await rebuildHistory(history, audit, 0)
      expect(prior(history, 'test')).not.toBe('no')
      expect(prior(history, 'test', { agent: 'eve' })).toBe('no')
    })
  })

  test('a log that cannot be read makes no history', async () => {
    const audit = await openLog('memory')
    await audit.append(entry(make('test')))
    const fails = { query: () => Promise.reject(new Error('gone')) }
    const lines = { query: async () => ({ lines: [], unreadable: 1 }) }
    const history = createHistory({ knownSince: 0 })
    await expect(rebuildHistory(history, fails, 0)).rejects.toThrow('gone')
    await expect(rebuildHistory(history, lines, 0)).rejects.toThrow('cannot be read')
    const timeless = { ...entry(make('test')), timestamp: 'noon' }
    const odd = { query: async () => ({ lines: [timeless], unreadable: 0 }) }
    await expect(rebuildHistory(history, odd, 0)).rejects.toThrow('without a time')
  })
})

describe('conditions', () => {
  const rules = `rules:
  - scope: shell
    allow:
      - {pattern: 'make test'}
      - {pattern: 'make deploy', conditions: [{require_prior: make test, time_window: 5m}]}
`

  test('hold once the prior action is in the log, and until the window is over', async () => {
    const world = await openWorld({ rules })
    expect((await world.guard.check(make('deploy'))).decision).toBe('DENY')
    await world.guard.check(make('test'))
    world.now += 5 * minute
    expect((await world.guard.check(make('deploy'))).decision).toBe('ALLOW')
    world.now += 1
    expect((await world.guard.check(make('deploy'))).decision).toBe('DENY')
  })

  test('a check that is denied, or waits for a person, is no prior action (A16)', async () => {
    const strict = rules.replace("- {pattern: 'make test'}", "- {pattern: 'x'}")
    const world = await openWorld({
      rules: `${strict}    require_approval: [{pattern: make test}]\n`
    })
    const approval_id = await world.approved(make('test'))
    expect((await world.guard.check(make('deploy'))).decision).toBe('DENY')
    await world.guard.check({ ...make('test'), approval_id })
    expect((await world.guard.check(make('deploy'))).decision).toBe('ALLOW')
  })

  test('an anonymous agent does not use what others did (A17)', async () => {
    const world = await openWorld({ rules })
    await world.guard.check(make('test'))
    expect((await world.guard.check(make('deploy', ''))).decision).toBe('DENY')
    expect((await world.guard.check(make('deploy', 'eve'))).decision).toBe('DENY')
  })

  test('a history that knows too little allows nothing', async () => {
    const history = createHistory({ knownSince: noon })
    const world = await openWorld({
      rules: `rules:
  - scope: shell
    deny: [{pattern: 'make deploy', conditions: [{require_prior: make dirty, time_window: 5m}]}]
    allow: [{pattern: 'make *'}]
`,
      guard: { history }
    })
    expect((await world.guard.check(make('deploy'))).decision).toBe('DENY')
    world.now += 5 * minute + 1
    expect((await world.guard.check(make('deploy'))).decision).toBe('ALLOW')
    await world.guard.check(make('dirty'))
    expect((await world.guard.check(make('deploy'))).decision).toBe('DENY')
  })
})
