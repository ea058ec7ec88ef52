import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseTraceParent, traceParentOf } from '../../src/telemetry/trace-parent.ts'

const trace = '0af7651916cd43dd8448eb211c80319c'
const span = 'b7ad6b7169203331'

test('a traceparent names the trace and the span of the caller', () => {
  expect(parseTraceParent(`00-${trace}-${span}-01`, 'a=1')).toEqual({
    traceId: trace,
    spanId: span,
    flags: 1,
    state: 'a=1'
  })
  expect(parseTraceParent(`cc-${trace}-${span}-00-more`)).toMatchObject({ traceId: trace })
})

test.each([
  '',
  `ff-${trace}-${span}-01`,
  `00-${trace}-${span}-01-more`,
  `00-${trace.toUpperCase()}-${span}-01`,
  `00-${'0'.repeat(32)}-${span}-01`,
  `00-${trace}-${'0'.repeat(16)}-01`,
  `00-${trace}-${span}`,
  ` 00-${trace}-${span}-01`,
  `00-${trace}-${span}-01\n`
])('%j is no traceparent', (text) => {
  expect(parseTraceParent(text)).toBeUndefined()
})

test('headers count before what the action says', () => {
  const other = '1'.repeat(32)
  const meta = { traceparent: `00-${other}-${span}-01` }
  const header = (name: string): string | undefined =>
    name === 'traceparent' ? `00-${trace}-${span}-01` : undefined
  expect(traceParentOf(header, meta)?.traceId).toBe(trace)
  expect(traceParentOf(() => undefined, meta)?.traceId).toBe(other)
  expect(traceParentOf(() => undefined)).toBeUndefined()
})

test('law: what is read is harmless in a log', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, state) => {
      const found = parseTraceParent(text, state)
      expect(found === undefined || /^[\da-f]{32}$/.test(found.traceId)).toBe(true)
    })
  )
})
