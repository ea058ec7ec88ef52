import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCompressor, gunzip } from '../../src/file/gzip-blocks.ts'

test('each block becomes a gzip member of its own, and all of them one gzip file', async () => {
  const anyBlocks = fc.array(fc.uint8Array({ maxLength: 200_000, size: 'max' }), {
    minLength: 1,
    maxLength: 5
  })
  await fc.assert(
    fc.asyncProperty(anyBlocks, async (blocks) => {
      const compressor = createCompressor()
      const members: Uint8Array[] = []
      for (const block of blocks) members.push(await compressor.compress(block))
      compressor.close()
      expect(await Promise.all(members.map(gunzip))).toEqual(blocks.map((it) => Buffer.from(it)))
      expect(gunzipSync(Buffer.concat(members))).toEqual(Buffer.concat(blocks))
    }),
    { numRuns: 30 }
  )
})

test('a block that cannot be compressed any more is told of', async () => {
  const compressor = createCompressor()
  compressor.close()
  await expect(compressor.compress(Buffer.from('late'))).rejects.toThrow()
})
