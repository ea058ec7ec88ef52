import { globSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { defineConfig, type Options } from 'tsup'

/** Every folder of an adapter is a subpath of its name. */
const adapters = globSync('src/adapters/*/index.ts').map((file) => [basename(dirname(file)), file])

const packages = join(import.meta.dirname, '..')

const config: Options = {
  entry: {
    index: 'src/index.ts',
    tools: 'src/tool-gate/index.ts',
    ...Object.fromEntries(adapters),
    // The command `agentguard-claude-code`.
    'claude-code-main': 'src/adapters/claude-code/main.ts'
  },
  format: ['esm', 'cjs'],
  target: 'es2022',
  platform: 'neutral',
  // One copy of the errors for all subpaths, also in CommonJS: `instanceof` has to hold.
  splitting: true,
  // Only the command needs Node, and says so.
  external: [/^node:/],
  removeNodeProtocol: false,
  // Found here and not in node_modules, so that their types are in ours: nothing of them is published with us.
  dts: {
    compilerOptions: {
      paths: {
        '@agentguard/protocol': [join(packages, 'protocol/src/index.ts')],
        '@agentguard/tool-actions': [join(packages, 'tool-actions/src/index.ts')]
      }
    }
  },
  clean: true
}
export default defineConfig(config) as Options
