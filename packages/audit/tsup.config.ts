import { defineConfig, type Options } from 'tsup'

const config: Options = {
  entry: {
    index: 'src/index.ts',
    'file/index': 'src/file/index.ts',
    'memory/index': 'src/memory/index.ts',
    'sqlite/index': 'src/sqlite/index.ts'
  },
  format: 'esm',
  // Without this, `node:sqlite`, which exists only with the prefix, would lose it.
  removeNodeProtocol: false,
  dts: true,
  clean: true
}
export default defineConfig(config) as Options
