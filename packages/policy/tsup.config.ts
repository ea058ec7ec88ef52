import { defineConfig, type Options } from 'tsup'

const config: Options = {
  entry: { index: 'src/index.ts', 'node/index': 'src/node/index.ts' },
  format: 'esm',
  dts: true,
  clean: true
}
export default defineConfig(config) as Options
