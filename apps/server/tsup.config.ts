import { defineConfig, type Options } from 'tsup'

const config: Options = {
  entry: { main: 'src/main.ts' },
  format: 'esm',
  target: 'node22',
  define: { AGENTGUARD_COMMIT: JSON.stringify(process.env['GITHUB_SHA'] ?? 'unknown') },
  // `node:sqlite` is only there under that name.
  removeNodeProtocol: false,
  clean: true
}
export default defineConfig(config) as Options
