import { globSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { defineConfig, type Options } from 'tsup'

/** Every folder of an adapter is a subpath of its name. */
const adapters = globSync('src/adapters/*/index.ts').map((file) => [basename(dirname(file)), file])

const config: Options = {
  entry: {
    index: 'src/index.ts',
    tools: 'src/tool-gate/index.ts',
    ...Object.fromEntries(adapters)
  },
  format: ['esm', 'cjs'],
  target: 'es2022',
  platform: 'neutral',
  // One copy of the errors for all subpaths, also in CommonJS: `instanceof` has to hold.
  splitting: true,
  dts: { resolve: ['@agentguard/protocol', '@agentguard/tool-actions'] },
  clean: true
}
export default defineConfig(config) as Options
