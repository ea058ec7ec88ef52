import { defineConfig, type Options } from 'tsup'

const config: Options = {
  entry: { index: 'src/index.ts', sqlite: 'src/drivers/sqlite.ts' },
  format: 'esm',
  dts: true,
  clean: true
}
export default defineConfig(config) as Options
