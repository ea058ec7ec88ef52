import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseActionRequest } from '../src/index.ts'

const page = readFileSync(new URL('../../../docs/compatibility.md', import.meta.url), 'utf8')
const requests = page.split('## Requests\n')[1]?.split('\n## ')[0] ?? ''

/** A body for each reason for which one is refused that the reference reads. */
const refused: readonly (readonly [code: string, body: string | Uint8Array])[] = [
  ['duplicate_member', '{"scope":"a","scope":"b"}'],
  ['wrong_case', '{"SCOPE":"a"}'],
  ['trailing_bytes', '{"scope":"a"} x'],
  ['invalid_utf8', Uint8Array.of(0x22, 0xff, 0x22)],
  ['byte_order_mark', '\ufeff{}'],
  ['lone_surrogate', '{"scope":"\\ud800"}'],
  ['too_deep', `{"x":${'['.repeat(70)}${']'.repeat(70)}}`],
  ['too_large', `{"scope":"${'a'.repeat(300)}"}`]
]

describe('docs/compatibility.md', () => {
  test.each(refused)('lists %s, and such a body is refused for it', (code, body) => {
    expect(requests).toMatch(new RegExp(`^\\| \`${code}\` +\\|`, 'm'))
    const parsed = parseActionRequest(body)
    expect(parsed.ok ? undefined : parsed.error.code).toBe(code)
  })
})
