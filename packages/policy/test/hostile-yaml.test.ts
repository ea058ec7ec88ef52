import { describe, expect, test } from 'vitest'
import { expectLinear } from '../../../test/support/expect-linear.ts'
import { loadPolicy } from '../src/load/load-policy.ts'

const head = 'version: "1"\nname: example\n'
const many = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join('')

function codesOf(text: string | Uint8Array): string[] {
  const loaded = loadPolicy(text)
  return loaded.ok ? [] : loaded.issues.map(({ code }) => code)
}

describe('hostile YAML', () => {
  test.each([
    ['flow lists', '['.repeat(1_000_000)],
    ['flow maps', '{a: '.repeat(250_000)],
    ['block lists', '- '.repeat(500_000)],
    ['explicit keys', '? '.repeat(500_000)],
    ['block maps', many(3000, (index) => `${' '.repeat(index)}a:\n`)]
  ])('%s that are nested too deep are refused', (_, text) => {
    expect(codesOf(text)).toEqual(['too_deep'])
  })

  test('a small text whose aliases stand for a huge document is refused', () => {
    const rules = many(2000, (index) => `  - pattern: p${index}\n`)
    const sets = 'x-sets: &s\n  - {scope: a, deny: *r}\n  - {scope: b, deny: *r}\n'
    const agents = many(2000, (index) => `  a${index}: {override: *s}\n`)
    const text = `${head}x-rules: &r\n${rules}${sets}agents:\n${agents}`
    expect(codesOf(text)).toEqual(['too_many_aliases'])
  })

  test('a long text that is used often is refused', () => {
    const rules = many(5000, () => '   - domain: *d\n')
    const text = `${head}x-long: &d "${'A'.repeat(1_000_000)}"\nrules:\n - scope: n\n   deny:\n${rules}`
    expect(codesOf(text)).toEqual(['too_many_aliases'])
  })

  test('merges that multiply are refused', () => {
    const keys = many(5000, (index) => `x-${index}: 1, `)
    const sets = many(5000, () => ' - <<: *d\n')
    expect(codesOf(`${head}x-wide: &d {${keys}}\nrules:\n${sets}`)).toEqual(['too_many_aliases'])
  })

  test('lists of lists of aliases are refused without following them', () => {
    const levels = [...'bcdefghi'].map((name, index, names) => {
      const inner = `*${names[index - 1] ?? 'a'}, `.repeat(9)
      return `x-${name}: &${name} [${inner}]\n`
    })
    expect(codesOf(`${head}x-a: &a [x, x]\n${levels.join('')}rules: *i\n`)).toContain('wrong_kind')
  })

  test.each([
    ['commas', `[${','.repeat(300_000)}`],
    ['braces', `${head}${'}'.repeat(300_000)}`],
    ['tags', `${head}x-a: ${'!a '.repeat(100_000)}`],
    ['anchors', `${head}x-a: ${'&a '.repeat(100_000)}`],
    ['an open quote', `${head}x-a: "${'a\n'.repeat(100_000)}`]
  ])('a text of nothing but %s has a bounded number of issues', (_, text) => {
    const codes = codesOf(text)
    expect(new Set(codes)).toEqual(new Set(['yaml_syntax']))
    expect(codes.length).toBeLessThanOrEqual(100)
  })

  test('10,000 unknown keys are all told', () => {
    expect(codesOf(head + many(10_000, (index) => `key${index}: {}\n`))).toHaveLength(10_000)
  })

  test('a text above the limit is refused unread', () => {
    expect(codesOf(' '.repeat(9_000_000))).toEqual(['too_large'])
  })

  test('rules load in time that grows with their number', () => {
    const load = (count: number): void => {
      const rules = many(count, (at) => `      - {pattern: "tool${at} *", message: "no ${at}"}\n`)
      const loaded = loadPolicy(`${head}rules:\n  - scope: shell\n    deny:\n${rules}`)
      expect(loaded.ok && loaded.ruleCount).toBe(count)
    }
    expectLinear(load, 8192)
  })

  test('the first document counts, whatever follows it', () => {
    expect(codesOf(`${head}---\nversion: [broken\n`)).toEqual([])
    expect(codesOf(`${head}...\n]\n`)).toEqual([])
    expect(codesOf(`${head}]\n---\nfine: 1\n`)).toEqual(['yaml_syntax'])
  })

  test('bytes are UTF-8 or UTF-16 with a mark, and hold no control characters', () => {
    expect(codesOf(new TextEncoder().encode(`\ufeff${head}`))).toEqual([])
    expect(codesOf(Uint8Array.from([0xff]))).toEqual(['invalid_encoding'])
    expect(codesOf(`${head}description: a\u0000b\n`)).toEqual(['control_character'])
    const utf16 = Buffer.from(`\ufeff${head}`, 'utf16le')
    expect(codesOf(utf16)).toEqual([])
    expect(codesOf(utf16.swap16())).toEqual([])
  })

  test('any bytes at all have an answer', () => {
    let seed = 7
    const next = (bound: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed % bound
    }
    const pieces = [
      '- ',
      ': ',
      '\n',
      '  ',
      '{',
      '}',
      '[',
      ']',
      '&a ',
      '*a',
      '<<',
      '!!binary ',
      '|\n',
      '"',
      "'",
      'rules',
      'scope',
      '~',
      '1',
      '#',
      '---\n',
      '? ',
      '\t',
      '%YAML '
    ]
    for (let run = 0; run < 3000; run++) {
      const text = many(next(30), () => pieces[next(pieces.length)] as string)
      expect(() => loadPolicy(head + text), text).not.toThrow()
    }
  })
})
