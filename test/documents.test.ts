import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../packages/policy/src/compile-policy.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const skipped = new Set(['node_modules', '.git', '.tools', 'dist', '.turbo'])

function markdownFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : markdownFiles(path)
    return entry.name.endsWith('.md') && entry.name !== 'CHANGELOG.md' ? [path] : []
  })
}

interface Block {
  readonly where: string
  readonly text: string
}

/** The code blocks of a document in one language, but for those marked as fragments. */
function blocks(file: string, language: string): Block[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)]
    .filter(([, info]) => info === language)
    .map((match) => ({
      where: `${file}:${text.slice(0, match.index).split('\n').length}`,
      text: match[2] as string
    }))
}

/** The relative links of a document, without their anchors. */
function links(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8').replace(/```[\s\S]*?```/g, '')
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
}

const files = markdownFiles('.')

describe('documents', () => {
  const policies = files.flatMap((file) => blocks(file, 'yaml'))

  test.each(policies.filter((block) => block.text.includes('version:')))(
    'the policy at $where compiles without warnings',
    ({ text }) => {
      const compiled = compilePolicy(text)
      expect(compiled.ok ? compiled.warnings : compiled.issues).toEqual([])
    }
  )

  test.each(files)('the relative links of %s lead somewhere', (file) => {
    const broken = links(file).filter((target) => !existsSync(join(root, dirname(file), target)))
    expect(broken).toEqual([])
  })
})
