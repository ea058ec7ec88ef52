/** Checks that what is built imports nothing that is not published with it, in its code and in its types. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const manifest: { readonly peerDependencies?: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8')
)
const peers = Object.keys(manifest.peerDependencies ?? {})
const dist = join(root, 'dist')

const wrong = readdirSync(dist)
  .filter((file) => /\.(js|cjs|ts|cts)$/.test(file))
  .flatMap((file) => {
    const text = readFileSync(join(dist, file), 'utf8')
    const found = text.matchAll(/(?:\bfrom|\bimport|\brequire)\s*\(?\s*['"]([^'"\n]+)['"]/g)
    return [...found].map(([, from = '']) => ({ file, from }))
  })
  .filter(({ from }) => !from.startsWith('.') && !from.startsWith('node:'))
  .filter(({ from }) => !peers.some((peer) => `${from}/`.startsWith(`${peer}/`)))

for (const { file, from } of wrong)
  console.error(`${file} imports ${from}, which is not published with it`)
if (wrong.length > 0) process.exitCode = 1
