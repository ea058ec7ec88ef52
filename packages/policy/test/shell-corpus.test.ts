import { describe, expect, test } from 'vitest'
import { corpusPolicy, shellCorpus } from './shell-corpus.ts'

const attacks = shellCorpus.filter(({ expect: wanted }) => wanted !== 'ALLOW')
const benign = shellCorpus.filter(({ expect: wanted }) => wanted === 'ALLOW')

describe('techniques that try to run a denied program', () => {
  test.each(attacks)('$id is not allowed: $command', ({ command }) => {
    expect(corpusPolicy.check({ scope: 'shell', command }).decision).not.toBe('ALLOW')
  })
})

describe('look-alikes', () => {
  test.each(benign)('$id is allowed: $command', ({ command }) => {
    expect(corpusPolicy.check({ scope: 'shell', command })).toMatchObject({ decision: 'ALLOW' })
  })
})
