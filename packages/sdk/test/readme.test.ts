import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { useGuardServer } from './support/guard-server.ts'

const root = join(import.meta.dirname, '..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')

/** Each program of the README with what it prints. */
const programs = [...readme.matchAll(/^```ts\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```$/gm)].map(
  ([, program = '', output = ''], at) => ({ at: at + 1, program, output })
)

const server = useGuardServer({ policy: /^```yaml\n([\s\S]*?)^```$/m.exec(readme)?.[1] ?? '' })

test('every program of the README says what it prints', () => {
  expect(programs).toHaveLength(readme.match(/^```ts$/gm)?.length ?? 0)
})

test('every program of the README compiles', async () => {
  // Inside of the package, which finds itself by its name.
  const directory = await mkdtemp(join(root, 'test/.readme-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  for (const { at, program } of programs) await writeFile(join(directory, `${at}.ts`), program)
  const compilerOptions = { noEmit: true }
  const config = { extends: '../../tsconfig.json', compilerOptions, include: ['*.ts'] }
  await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(config))
  const tsc = join(root, '../../node_modules/.bin/tsc')
  const { stdout } = await promisify(execFile)(tsc, ['-p', directory]).catch(
    (error: { stdout: string }) => error
  )
  expect(stdout).toBe('')
})

test.each(programs)(
  'program $at of the README prints what is shown',
  async ({ program, output }) => {
    const { AGENTGUARD_API_KEY: _, AGENTGUARD_TENANT_ID: __, ...environment } = process.env
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module-typescript', '-e', program],
      { cwd: root, env: { ...environment, AGENTGUARD_URL: server().url, NO_COLOR: '1' } }
    )
    expect(stdout).toBe(output)
  }
)
