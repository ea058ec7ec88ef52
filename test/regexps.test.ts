import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { findSlowness, type Regexp } from './support/find-slow-regexp.ts'

const root = join(import.meta.dirname, '..')

interface Found extends Regexp {
  readonly where: string
}

/** The regular expressions that stand in a file. */
function regexpsIn(file: string): Found[] {
  const text = readFileSync(join(root, file), 'utf8')
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest)
  const found: Found[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree))
      const end = node.text.lastIndexOf('/')
      const [source, flags] = [node.text.slice(1, end), node.text.slice(end + 1)]
      found.push({ where: `${file}:${line + 1}`, source, flags })
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

test('no regular expression takes more than linear time: an agent chooses the text', () => {
  const files = globSync(['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'], { cwd: root })
  const found = files.flatMap(regexpsIn)
  expect(found.length).toBeGreaterThan(500)
  const slow = found.map((one) => ({ ...one, why: findSlowness(one) }))
  expect(slow.filter(({ why }) => why !== undefined)).toEqual([])
})

test.each([
  ['nested', '^(?:a+)+$', 'exponential'],
  ['alternatives with texts in common', '^(?:a|a)*$', 'exponential'],
  ['of which only what follows says which', '^(?:[^b]|b(?:c|cd(?!e)))*$', 'exponential'],
  ['next to each other', '^a*a*$', 'polynomial'],
  ['tried from every place', 'a+$', 'polynomial']
])('one that does is found: %s', (_, source, why) => {
  expect(findSlowness({ source, flags: '' })).toBe(why)
})
