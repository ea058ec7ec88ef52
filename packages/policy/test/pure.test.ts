import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createContext, runInContext } from 'node:vm'
import { build } from 'tsup'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }

/** Inside `node_modules`, so that the built files find the dependencies and nobody commits them. */
let output: string

const plain = { dts: false, clean: false, silent: true, config: false } as const

/** Our own code: the built entry, and the files of ours that it imports. */
let code: string
/** The same code in one file, in which forbidden names are marked. */
let marked: string
const imported = new Set<string>()

beforeAll(async () => {
  output = await mkdtemp(fileURLToPath(new URL('../node_modules/.pure-', import.meta.url)))
  await buildPackage()
  code = await readWithImports('index.js', new Set())
  marked = await buildMarked(`${output}/index.js`)
})

afterAll(() => rm(output, { recursive: true, force: true }))

/** Builds as the package does, in its own folder: that is where tsup looks for everything. */
async function buildPackage(): Promise<void> {
  const tsup = createRequire(import.meta.url).resolve('tsup')
  const cli = join(dirname(tsup), 'cli-default.js')
  const flags = ['--out-dir', output, '--no-dts', '--no-clean', '--silent']
  const cwd = fileURLToPath(new URL('..', import.meta.url))
  await promisify(execFile)(process.execPath, [cli, ...flags], { cwd })
}

async function readWithImports(file: string, seen: Set<string>): Promise<string> {
  if (seen.has(file)) return ''
  seen.add(file)
  const source = await readFile(`${output}/${file}`, 'utf8')
  const parts = [source]
  for (const [, name = ''] of source.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g)) {
    if (name.startsWith('./')) parts.push(await readWithImports(name.slice(2), seen))
    else imported.add(name)
  }
  return parts.join('\n')
}

/** What is not part of the language, or answers differently each time. */
const forbidden = [
  'process',
  'Buffer',
  'require',
  'module',
  'global',
  'globalThis',
  'window',
  'self',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'fetch',
  'Date',
  'Math.random',
  'performance',
  'crypto',
  'console',
  'eval',
  'Function',
  '__dirname',
  '__filename',
  'import.meta'
]

const markOf = (name: string): string => `forbidden_${name.replace('.', '_')}`

/** Builds from the built entry; what it refers to and does not declare gets another name. */
async function buildMarked(entry: string): Promise<string> {
  const marks = Object.fromEntries(forbidden.map((name) => [name, markOf(name)]))
  await build({
    ...plain,
    entry: { marked: entry },
    outDir: `${output}/marked`,
    format: 'esm',
    external: [/^[^./]/],
    define: marks
  })
  return readFile(`${output}/marked/marked.js`, 'utf8')
}

describe('the built root entry', () => {
  test('is there, with our code in it', () => {
    expect(code).toContain('No matching allow rule (default deny)')
  })

  test('imports nothing but the declared dependencies', () => {
    expect(imported).toContain('yaml')
    for (const name of imported) {
      const packageName = /^(@[^/]+\/)?[^/]+/.exec(name)?.[0]
      expect(Object.keys(packageJson.dependencies)).toContain(packageName)
    }
  })

  test('imports nothing of Node', () => {
    expect(code).not.toMatch(/["']node:/)
  })

  test.each(forbidden)('does not refer to %s', (name) => {
    expect(marked).not.toContain(markOf(name))
  })

  test('loads nothing later', () => {
    expect(marked).not.toMatch(/\bimport\s*\(/)
  })

  test('would be seen to refer to what it may not', async () => {
    const path = `${output}/impure.js`
    await writeFile(
      path,
      forbidden.map((name) => `export const ${markOf(name).slice(9)} = () => ${name}`).join('\n')
    )
    const impure = await buildMarked(path)
    for (const name of forbidden) expect(impure, name).toContain(markOf(name))
  })
})

describe('in a context that has nothing but the language', () => {
  const policy = `version: "1"
name: bare
rules:
  - scope: shell
    deny: [{pattern: 'rm *'}, {regex: '(?i)drop\\s+table'}]
    allow: [{pattern: '*'}]
  - scope: filesystem
    allow: [{action: read, paths: [/tmp/**]}]
`
  let context: object

  beforeAll(async () => {
    await build({
      entry: { bare: `${output}/index.js` },
      outDir: output,
      format: 'iife',
      globalName: 'policyPackage',
      platform: 'browser',
      noExternal: [/.*/],
      ...plain
    })
    // The shell's parser decodes bytes; every platform that has URL has this too.
    context = createContext(Object.assign(Object.create(null), { TextDecoder }))
    runInContext(await readFile(`${output}/bare.global.js`, 'utf8'), context)
  })

  const run = (expression: string): unknown =>
    JSON.parse(runInContext(`JSON.stringify(${expression})`, context) as string)

  test('there is no process, no Buffer and no URL', () => {
    const names = ['process', 'Buffer', 'URL', 'setTimeout', 'fetch', 'require']
    for (const name of names) expect(run(`typeof ${name}`), name).toBe('undefined')
  })

  test('a policy compiles and answers', () => {
    const check = (action: object): unknown =>
      run(
        `policyPackage.compilePolicy(${JSON.stringify(policy)}).policy.check(${JSON.stringify(action)})`
      )
    expect(check({ scope: 'shell', command: 'ls' })).toMatchObject({ decision: 'ALLOW' })
    expect(check({ scope: 'shell', command: 'rm x' })).toMatchObject({ decision: 'DENY' })
    expect(check({ scope: 'shell', command: 'psql DROP  table' })).toMatchObject({
      rule_source: { line: 5 }
    })
    const path = '/%74mp/./x'
    expect(check({ scope: 'filesystem', action: 'read', path })).toMatchObject({ decision: 'DENY' })
  })

  test('a bad file has its issues, and an explanation its text', () => {
    expect(run("policyPackage.compilePolicy('name: x').issues[0].code")).toBe('missing_version')
    const explained = `policyPackage.formatExplanation(policyPackage.compilePolicy(${JSON.stringify(policy)}).policy.explain({scope: 'shell', command: 'ls'}))`
    expect(run(explained)).toContain('ALLOW: Allowed by shell rule')
  })
})
