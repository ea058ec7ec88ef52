import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type Metafile } from 'esbuild'
import { expect, test } from 'vitest'

const sources = join(import.meta.dirname, '../src')

async function bundle(
  entry: string
): Promise<{ readonly text: Uint8Array; readonly from: Metafile }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(sources, entry)],
    bundle: true,
    minify: true,
    format: 'esm',
    // Whatever is built into Node is not found, and fails the build.
    platform: 'neutral',
    target: 'es2022',
    write: false,
    metafile: true
  })
  const [file] = outputFiles
  if (!file) throw new Error('nothing was built')
  return { text: file.contents, from: metafile }
}

/** In bytes, minified and compressed. It is a promise of the README. */
const maxRootSize = 5000
const maxToolsSize = 16_000

test(`the root is smaller than ${maxRootSize} bytes, and needs nothing of Node or of others`, async () => {
  const { text, from } = await bundle('index.ts')
  expect(gzipSync(text, { level: 9 }).length).toBeLessThan(maxRootSize)
  expect(
    Object.keys(from.inputs).filter(
      (file) => !file.includes('sdk/src/') && !file.startsWith('src/')
    )
  ).toEqual([])
})

test(`the tools are smaller than ${maxToolsSize} bytes, and need nothing of Node`, async () => {
  const { text } = await bundle('tool-gate/index.ts')
  expect(gzipSync(text, { level: 9 }).length).toBeLessThan(maxToolsSize)
})
