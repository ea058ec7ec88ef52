import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quoteWords } from '../src/shell-words.ts'

test('a shell reads exactly the words that were quoted', async () => {
  const word = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'ab=\'"\\ $`;&|<>(){}[]*?!#~\n\t%-') }),
    fc.constantFrom('A=b', '-n', '', "it's", '$(evil)', '~', '\\', 'é')
  )
  const samples = fc.sample(fc.array(word, { minLength: 1, maxLength: 6 }), 40)
  const lines = samples.map((words) => `printf '%s\\0' ${quoteWords(words)} end`)
  const { stdout } = await promisify(execFile)('sh', ['-c', lines.join('\n')])
  expect(stdout).toBe(
    samples
      .flatMap((words) => [...words, 'end'])
      .map((one) => `${one}\0`)
      .join('')
  )
})
