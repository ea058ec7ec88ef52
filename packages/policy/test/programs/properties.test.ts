import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sliceWord } from '../../src/effects/programs/slice-word.ts'
import { families, profileOf } from '../../src/effects/programs/table.ts'
import type { Word } from '../../src/effects/shell/word.ts'
import { effectsOf, show, wordsOf } from './line.ts'

const word = (text: string): Word => ({
  text,
  prefix: text,
  isSingle: true,
  start: 0,
  end: text.length
})

const effectsFor = (name: string, args: readonly string[]): readonly string[] =>
  (profileOf(name)?.(args.map(word)) ?? []).map(show)

/** Programs with options, and operands that they understand. */
const programs: Readonly<Record<string, readonly string[]>> = {
  cat: ['a', 'b'],
  sort: ['a', 'b'],
  grep: ['x', 'a'],
  head: ['a'],
  cp: ['a', 'b'],
  rm: ['a'],
  tee: ['a'],
  sed: ['p', 'a'],
  curl: ['https://a.b'],
  wget: ['https://a.b'],
  rg: ['x', 'a'],
  rsync: ['a', 'b'],
  ls: ['a'],
  jq: ['.', 'a'],
  tar: ['-cf', 'a', 'b']
}

describe('options', () => {
  it('that no program has are unknown wherever they stand before the end of options', () => {
    const names = fc.constantFrom(...Object.keys(programs))
    const strange = fc.constantFrom('--frobnicate', '--zzz=1', '-\u00e9', '--é')
    fc.assert(
      fc.property(names, strange, fc.nat(5), (name, option, place) => {
        const args = [...(programs[name] ?? [])]
        args.splice(place % (args.length + 1), 0, option)
        const isValue = name === 'tar' && args[1] === option
        if (!isValue) expect(effectsFor(name, args)).toContain('unknown')
      })
    )
  })

  it('are operands after the end of options', () => {
    expect(effectsFor('sort', ['--', '--compress-program=x'])).toEqual([
      'read --compress-program=x'
    ])
  })

  const dangerous: readonly (readonly [string, string, ...string[]])[] = [
    ['sort', 'compress-program', 'x'],
    ['tar', 'use-compress-program', 'x'],
    ['tar', 'to-command', 'x'],
    ['tar', 'checkpoint-action', 'exec=x'],
    ['split', 'filter', 'x'],
    ['rsync', 'rsync-path', 'x'],
    ['wget', 'use-askpass', 'x'],
    ['wget', 'execute', 'x'],
    ['curl', 'config', 'x'],
    ['install', 'strip-program', 'x'],
    ['man', 'pager', 'x'],
    ['sed', 'expression', 'e x'],
    ['sort', 'output', 'x'],
    ['wget', 'output-document', 'x'],
    ['script', 'command', 'x']
  ]
  for (const [name, option, value = ''] of dangerous) {
    it(`abbreviate to nothing harmless: ${name} --${option}`, () => {
      for (let length = 1; length <= option.length; length += 1) {
        const short = `--${option.slice(0, length)}`
        if (short === '--checkpoint') continue
        for (const args of [[`${short}=${value}`], [short, value]]) {
          const effects = effectsFor(name, ['a', ...args])
          expect(effects.some((effect) => !effect.startsWith('read'))).toBe(true)
        }
      }
    })
  }

  it('lose no danger in a bundle', () => {
    const flags = fc.array(fc.constantFrom('b', 'd', 'f', 'n', 'r', 'u'), { maxLength: 4 })
    fc.assert(
      fc.property(flags, fc.boolean(), (letters, isAttached) => {
        const bundle = `-${letters.join('')}o`
        const args = isAttached ? [`${bundle}out`, 'a'] : [bundle, 'out', 'a']
        expect(effectsFor('sort', args)).toEqual(['write out', 'read a'])
      })
    )
  })

  it('have the same effects in any order', () => {
    const pieces = [['-o', 'out'], ['-T', 'tmp'], ['a'], ['-u'], ['b'], ['--random-source=r']]
    fc.assert(
      fc.property(fc.shuffledSubarray(pieces, { minLength: pieces.length }), (order) => {
        expect([...effectsFor('sort', order.flat())].sort()).toEqual(
          ['read a', 'read b', 'read r', 'write out', 'write tmp'].sort()
        )
      })
    )
  })
})

describe('words that are not known', () => {
  const risky = ['sort', 'rg', 'sed', 'find', 'tar', 'wget', 'rsync', 'man', 'fd', 'less']
  for (const name of risky) {
    it(`may be options of ${name}`, () => {
      expect(effectsOf(`${name} "$x"`)?.map(show)).toContain('unknown')
      expect(effectsOf(`${name} a $x`)?.map(show)).toContain('unknown')
    })
  }

  it('are operands behind a known beginning, and after the end of options', () => {
    expect(effectsOf('sort ./"$x"')?.map(show)).toEqual(['read ./…'])
    expect(effectsOf('sort -- "$x"')?.map(show)).toEqual(['read …'])
    expect(effectsOf('sort src/*.txt')?.map(show)).toEqual(['read src/…'])
  })

  it('never throw and never lose a denial, whatever the program', () => {
    const names = Object.values(families).flatMap((family) => [...family.keys()])
    const texts = fc.constantFrom(
      '-c',
      '--',
      'a',
      '-x',
      '"$x"',
      '$x',
      '--a=b',
      '-',
      '',
      '{}',
      ';',
      '@a',
      'a:b',
      '*'
    )
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.array(texts, { maxLength: 5 }), (name, args) => {
        const effects = profileOf(name)?.(wordsOf(args.join(' ')))
        expect(Array.isArray(effects)).toBe(true)
      }),
      { numRuns: 2000 }
    )
  })
})

describe('ranges', () => {
  it('of a part of a word are exact where the word is written plainly', () => {
    const [plain] = wordsOf('--output=file')
    const [quoted] = wordsOf('--output="file"')
    expect(plain && sliceWord(plain, 9)).toMatchObject({ text: 'file', start: 9, end: 13 })
    expect(quoted && sliceWord(quoted, 9)).toMatchObject({ text: 'file', start: 0, end: 15 })
  })
})
