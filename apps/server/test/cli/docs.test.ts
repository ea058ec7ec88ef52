import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliReference, referenceMarks } from '../../scripts/cli-reference.ts'
import { commandList } from '../../src/cli/commands.ts'
import { listedFlags } from '../../src/cli/flags.ts'
import { repository } from '../support/bin.ts'

const page = readFileSync(join(repository, 'docs/cli.md'), 'utf8')
const reference = page.split(referenceMarks.start)[1]?.split(referenceMarks.end)[0] ?? ''

/** Tables without the padding that a formatter adds. */
function squeeze(text: string): string {
  return text
    .replace(/ *\| */g, '|')
    .replace(/-{3,}/g, '---')
    .replace(/\n+/g, '\n')
    .trim()
}

test('docs/cli.md is up to date: run node apps/server/scripts/write-cli-reference.ts', () => {
  expect(squeeze(reference)).toBe(squeeze(cliReference()))
})

test.each(
  commandList.map(({ name, flags }) => [name, listedFlags(flags).map(([flag]) => flag)] as const)
)('docs/cli.md lists exactly the flags of %s', (name, flags) => {
  const section = reference.split('\n### ').find((text) => text.startsWith(`${name}\n`)) ?? ''
  const listed = [...section.matchAll(/^\| `--([a-z-]+)/gm)].map(([, flag]) => flag)
  expect(listed).toEqual(flags)
})

test('each command has its exit codes in the one table', () => {
  const table = page.slice(page.indexOf('### Exit codes'), page.indexOf('## Answering'))
  for (const { name } of commandList) {
    const [word] = name.split(' ')
    expect(table, name).toMatch(new RegExp(`\`(?:${name}|${word}(?: …)?)\``))
  }
})
