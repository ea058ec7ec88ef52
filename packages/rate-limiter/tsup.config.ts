import { defineConfig, type Options } from 'tsup'

const config: Options = {
  entry: { index: 'src/index.ts', 'sqlite/index': 'src/sqlite/index.ts' },
  format: 'esm',
  dts: true,
  clean: true
}
export default defineConfig(config) as Options
