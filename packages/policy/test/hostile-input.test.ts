import type { ActionRequest } from '@agentguard/protocol'
import { describe, expect, test, vi } from 'vitest'
import { expectLinear } from '../../../test/support/expect-linear.ts'
import { compilePolicy } from '../src/compile-policy.ts'
import { maxWork, WorkBudget } from '../src/engine/work-budget.ts'
import { compilePattern } from '../src/match/compile-pattern.ts'
import { PatternIndex } from '../src/match/pattern-index.ts'
import type { Policy } from '../src/policy.ts'

// Growth is what counts: a busy machine is no reason to fail.
vi.setConfig({ testTimeout: 60_000 })

function policyOf(rules: string): Policy {
  const compiled = compilePolicy(`version: "1"\nname: hostile\nrules: ${rules}\n`)
  if (!compiled.ok) throw new Error(compiled.issues[0]?.message)
  return compiled.policy
}

const mebi = 2 ** 20

/** Ten thousand names that have no three characters in common. */
const names = Array.from({ length: 10_000 }, (_, at) => {
  const letter = (power: number): string => String.fromCharCode(97 + (Math.floor(at / power) % 26))
  return `<${letter(676)}${letter(26)}${letter(1)}>`
})

/** `text`, again and again, of this length. */
function fill(text: string, length: number): string {
  return text.repeat(Math.ceil(length / text.length)).slice(0, length)
}

describe('a command is judged in linear time', () => {
  test.each([
    ['many stars', `${'*a'.repeat(200)}*b*`, 'a'],
    ['many stars and question marks', `${'?*'.repeat(100)}b*`, 'a'],
    ['question marks and no end', `*${'?a'.repeat(100)}b*`, 'a'],
    ['a long text that is nearly there', `*${'a'.repeat(500)}b*`, 'a'],
    ['a text that nearly repeats', `*${'ab'.repeat(100)}c*`, 'ab'],
    ['classes', `*${'[ab]'.repeat(60)}c*`, 'ab'],
    ['two stars between slashes', `${'a/**/'.repeat(50)}b/**`, 'a/'],
    ['more characters than can be remembered', `*${'?x*'.repeat(8)}`, manyCharacters()]
  ])('against %s', (_, pattern, text) => {
    const policy = policyOf(
      `[{scope: data, deny: [{pattern: '${pattern}'}], allow: [{pattern: '*'}]}]`
    )
    const check = (size: number): string =>
      policy.check({ scope: 'data', command: fill(text, size) }).decision
    expect(check(1000)).toBe('ALLOW')
    expectLinear(check, mebi)
  })

  test('against a text that grows with the command', () => {
    const run = (size: number): void => {
      const half = 'a'.repeat(size / 128)
      expect(compilePattern(`*${half}b${half}*`).matches('a'.repeat(size))).toBe(false)
    }
    expectLinear(run, 2 ** 18)
  })

  test.each(['(a|a)*b', '(?:a*)*(?:a*)*b', '(a?){20}a{20}b', '^(.*)(.*)(.*)b$'])(
    'against the regex %s',
    (regex) => {
      const policy = policyOf(
        `[{scope: data, deny: [{regex: '${regex}'}], allow: [{pattern: '*'}]}]`
      )
      const check = (size: number): string =>
        policy.check({ scope: 'data', command: fill('a', size) }).decision
      expect(check(100)).toBe('ALLOW')
      expectLinear(check, 2 ** 17)
    }
  )

  test.each([
    ['control characters', '\u0001', mebi],
    ['letters that fold to more letters', 'İ', mebi],
    ['letters that stand for a whole sentence', 'ﷺ', 2 ** 17],
    // Putting marks in their order is quadratic in `String.prototype.normalize`.
    ['marks above and below', '\u0300\u0316', 2 ** 15]
  ])('of a tool whose name is made of %s', (_, text, largest) => {
    const policy = policyOf(
      "[{scope: mcp_tool, deny: [{pattern: '*:write_*'}], allow: [{pattern: '*'}]}]"
    )
    const check = (size: number): string =>
      policy.check({ scope: 'mcp_tool', command: `a${fill(text, size)}` }).decision
    expect(check(100)).toBe('ALLOW')
    expectLinear(check, largest)
  })
})

/** Ten thousand different characters. */
function manyCharacters(): string {
  return Array.from({ length: 10_000 }, (_, at) => String.fromCharCode(0x4e00 + at)).join('')
}

describe('a path is judged in linear time', () => {
  const patterns = [
    `${'**/a/'.repeat(10)}b/**`,
    `**/${'a*/'.repeat(8)}b/**`,
    `**/${'?/'.repeat(8)}b/**`,
    `**/${'a/'.repeat(40)}b/**`,
    '**/*a*a*a*b'
  ].map((pattern) => `'${pattern}'`)
  const policy = policyOf(
    `[{scope: filesystem, deny: [{paths: [${patterns.join(', ')}]}], allow: [{action: read, paths: ['**']}]}]`
  )

  test.each([
    ['short elements', 'a/', 'ALLOW'],
    ['one long element', 'a', 'ALLOW'],
    ['slashes', '/', 'ALLOW'],
    ['dots', './', 'ALLOW'],
    ['steps up and down', 'a/../', 'ALLOW'],
    ['steps up', '../', 'DENY'],
    ['escaped steps up', '%2e%2e%2f', 'DENY'],
    ['escapes of no text', '%c0%af', 'REQUIRE_APPROVAL'],
    ['marks above and below', '\u0300\u0316', 'REQUIRE_APPROVAL'],
    ['letters that stand for a whole sentence', 'ﷺ', 'ALLOW'],
    ['backslashes', '\\', 'REQUIRE_APPROVAL'],
    ['names with dots at the end', 'a../', 'ALLOW'],
    ['short names', 'a~1/', 'REQUIRE_APPROVAL'],
    ['streams', 'ab:c/', 'ALLOW'],
    ['magic links', '/proc/self/root', 'REQUIRE_APPROVAL'],
    ['variables', '$A/', 'REQUIRE_APPROVAL'],
    ['escapes that are none', '%', 'ALLOW'],
    ['escaped escapes', '%25', 'ALLOW'],
    ['control characters', '\u0001', 'REQUIRE_APPROVAL']
  ])('made of %s', (_, text, decision) => {
    const check = (size: number): string =>
      policy.check({ scope: 'filesystem', action: 'read', path: fill(text, size) }).decision
    expect(check(text.length * 100)).toBe(decision)
    expectLinear(check, mebi)
  })

  test('made of escapes within escapes', () => {
    const check = (size: number): string =>
      policy.check({ scope: 'filesystem', action: 'read', path: `%${fill('25', size)}41` }).decision
    expect(check(100)).toBe('REQUIRE_APPROVAL')
    expectLinear(check, mebi)
  })

  test('against an element as long as it is hostile', () => {
    const run = (size: number): void => {
      const pattern = compilePattern(`**/${'a'.repeat(size / 128)}/**`)
      expect(pattern.matches('a'.repeat(size))).toBe(false)
    }
    expectLinear(run, 2 ** 16)
  })
})

describe('a host is judged in linear time', () => {
  const policy = policyOf(
    "[{scope: network, deny: [{class: loopback}, {domain: '*.*.*.*.evil.*'}], allow: [{domain: '*'}]}]"
  )

  test.each(['a.', 'a', '1.', ':', '[', '%61', 'ä', 'xn--', '\u0300\u0316', 'İ'])(
    'made of %j',
    (text) => {
      const check = (size: number): string =>
        policy.check({ scope: 'network', domain: fill(text, size) }).decision
      expect(check(2 ** 10)).toBe('DENY')
      expectLinear(check, 2 ** 17)
    }
  )
})

describe('an index reads a text only for the patterns that it speaks of', () => {
  /** How many characters are read to find what matches a text, and how many patterns do. */
  function search(patterns: readonly string[], text: string): { read: number; found: number } {
    const index = new PatternIndex(
      patterns.map((pattern, order) => ({ pattern: compilePattern(pattern), order }))
    )
    let [read, found] = [0, 0]
    index.search(text, {
      limit: Number.POSITIVE_INFINITY,
      canSpend: (characters) => {
        read += characters
        return true
      },
      offer: () => {
        found++
      }
    })
    return { read, found }
  }

  test.each(['*NAME*', 'NAME*x*', '*x*NAME', '**/NAME/**', '*NAME?', 'a*NAME*b'])(
    'where ten thousand patterns are like %s',
    (form) => {
      const patterns = names.map((name) => form.replace('NAME', name))
      const text = `a/${names[17]}/x/${names[4711]}/b`
      const { read, found } = search(patterns, text)
      expect(found).toBeLessThanOrEqual(2)
      // Two that it speaks of, and a few that look alike to the index.
      expect(read).toBeLessThanOrEqual(6 * text.length)
    }
  )

  test('and finds all that match', () => {
    const patterns = names.map((name) => `*${name}*`)
    expect(search(patterns, `a${names[17]}b${names[4711]}c`).found).toBe(2)
    expect(search(patterns, names.join('')).found).toBe(10_000)
  })
})

describe('the work of one check is bounded', () => {
  const speaking = names.map((one) => `{pattern: '*${one}*z'}`).join(', ')
  const allowAll = "allow: [{pattern: '*'}]"
  const tooLarge = { decision: 'DENY', matched_rule: 'deny:request:too_large' }
  const policy = policyOf(
    `[{scope: data, deny: [{pattern: 'rm *'}, ${speaking}], require_approval: [{pattern: 'git *'}], ${allowAll}}]`
  )
  const data = (command: string): ActionRequest => ({ scope: 'data', command })
  /** Speaks of so many patterns, and is so long, that this many characters have to be read. */
  const costing = (work: number, patterns: number): string =>
    names
      .slice(0, patterns)
      .join('')
      .padEnd(Math.ceil(work / patterns), '-')

  test('a text that speaks of all of ten thousand patterns is refused', () => {
    expect(policy.check(data(names.join('')))).toMatchObject(tooLarge)
  })

  test('a deny rule that matches such a text still decides', () => {
    expect(policy.check(data(`rm ${names.join('')}`)).matched_rule).toBe('deny:data:rm *')
  })

  test('an approval rule does not, since a deny rule may not have been tried', () => {
    expect(policy.check(data(`git ${names.join('')}`))).toMatchObject(tooLarge)
  })

  test('what can be judged within the bound is judged', () => {
    expect(policy.check(data(costing(maxWork * 0.6, 2000))).decision).toBe('ALLOW')
    expect(policy.check(data(costing(maxWork * 1.2, 2000)))).toMatchObject(tooLarge)
  })

  test('so many allow rules are refused as well, and not taken for no rule', () => {
    const allowing = policyOf(`[{scope: data, allow: [${speaking}]}]`)
    expect(allowing.check(data(names.join('')))).toMatchObject(tooLarge)
  })

  test('an explanation tells the same', () => {
    const small = policyOf(`[{scope: data, deny: [${speaking}], ${allowAll}}]`)
    expect(small.explain(data(names.join(''))).verdict).toMatchObject(tooLarge)
  })

  test('nothing more is read once the bound is passed', () => {
    const budget = new WorkBudget()
    expect(budget.canSpend(maxWork)).toBe(true)
    expect([budget.canSpend(1), budget.canSpend(0)]).toEqual([false, false])
    expect(budget.exhausted).toBe(true)
  })

  test('further actions share the bound', () => {
    const action = data(costing(maxWork * 0.6, 2000))
    expect(policy.check({ ...action, actions: [action] })).toMatchObject(tooLarge)
  })

  test('the spellings of a path share the bound', () => {
    const paths = names.map((one) => `'**/${one}/**/z'`).join(', ')
    const files = policyOf(
      `[{scope: filesystem, deny: [{paths: [${paths}]}], allow: [{action: read, paths: ['**']}]}]`
    )
    const read = (path: string) => files.check({ scope: 'filesystem', action: 'read', path })
    const path = costing(maxWork * 0.6, 2000).replaceAll('><', '>/<')
    expect(read(path).decision).toBe('ALLOW')
    expect(read(`%61${path}`)).toMatchObject(tooLarge)
  })

  test('regular expressions share the bound', () => {
    const regexes = Array.from({ length: 100 }, (_, at) => `{regex: 'no${at}b'}`).join(', ')
    const searching = policyOf(`[{scope: data, deny: [${regexes}], ${allowAll}}]`)
    expect(searching.check(data('a'.repeat(1000))).decision).toBe('ALLOW')
    expect(searching.check(data('a'.repeat(mebi)))).toMatchObject(tooLarge)
  })
})
