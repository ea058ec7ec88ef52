import { describe, expect, test } from 'vitest'
import { createRedactor } from '../src/index.ts'
import { type HostileText, hostileTexts } from './hostile.ts'

const { redactText } = createRedactor({ key: 'a key of sixteen bytes or more' })

const small = 1 << 12
const factor = 8
/** Linear is 8, quadratic is 64. What is below a millisecond is not measured but rounded up to one. */
const allowed = 24

describe('the time grows with the length of the text and not faster', () => {
  const batches = Array.from({ length: 10 }, (_, index) =>
    hostileTexts.filter((_text, at) => at % 10 === index)
  )

  test.each(batches.map((texts, index) => ({ index, texts })))('batch $index', ({ texts }) => {
    const slow = texts.filter((text) => !isLinear(text)).map(({ name }) => name)
    expect(slow).toEqual([])
  })
})

/** One of some attempts is enough: other programs make a run slower, never faster. */
function isLinear({ make }: HostileText): boolean {
  const [short, long] = [make(small), make(small * factor)]
  for (let attempt = 0; attempt < 6; attempt++) {
    const least = Math.max(1, measure(short))
    if (measure(long) <= least * allowed) return true
  }
  return false
}

function measure(text: string): number {
  const started = performance.now()
  redactText(text)
  return performance.now() - started
}
