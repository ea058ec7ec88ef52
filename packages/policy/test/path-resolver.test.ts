import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPathResolver } from '../src/node/index.ts'

const resolve = createPathResolver()

let root: string

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'resolver-')))
  mkdirSync(join(root, 'repo/sub'), { recursive: true })
  mkdirSync(join(root, 'secret'))
  writeFileSync(join(root, 'secret/key'), '')
  writeFileSync(join(root, 'repo/file'), '')
  symlinkSync('../secret', join(root, 'repo/link'))
  symlinkSync(join(root, 'secret/new'), join(root, 'repo/dangling'))
  symlinkSync('link/new', join(root, 'repo/twice'))
  symlinkSync('circle', join(root, 'repo/circle'))
  symlinkSync('missing/../../secret', join(root, 'repo/lost'))
})

afterAll(() => rmSync(root, { recursive: true }))

describe('the resolver of this machine', () => {
  test.each([
    ['a file is itself', 'repo/file', 'repo/file'],
    ['a link is what it leads to', 'repo/link/key', 'secret/key'],
    ['a new file is in its real directory', 'repo/link/new/file', 'secret/new/file'],
    ['a link to what does not exist yet is followed', 'repo/dangling', 'secret/new'],
    ['links are followed through links', 'repo/twice', 'secret/new'],
    ['a step up leaves the directory that a link leads to', 'repo/link/../repo/file', 'repo/file'],
    ['slashes and dots are nothing', 'repo//./sub/', 'repo/sub']
  ])('%s', (_, path, real) => {
    expect(resolve(`${root}/${path}`)).toBe(join(root, real))
  })

  test.each([
    ['links in a circle', 'repo/circle'],
    ['a file in the place of a directory', 'repo/file/x'],
    ['a step up out of what does not exist', 'repo/missing/../x'],
    ['a link that steps out of what does not exist', 'repo/lost'],
    ['a NUL', 'repo/file\0'],
    ['half a character', 'repo/\ud83d'],
    ['a name that no system takes', 'a'.repeat(5000)]
  ])('answers nothing for %s', (_, path) => {
    expect(resolve(`${root}/${path}`)).toBeUndefined()
  })

  test('answers nothing for a relative path', () => {
    expect(resolve('repo/file')).toBeUndefined()
  })

  test('the root is itself', () => {
    expect(resolve('/')).toBe('/')
  })
})
