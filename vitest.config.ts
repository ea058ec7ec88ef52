import { globSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import {
  defineConfig,
  type TestProjectInlineConfiguration,
  type ViteUserConfig
} from 'vitest/config'

// Only for what never ends: a busy machine may need ten times as long as a quiet one.
const patienceMs = 300_000

/** The tests of each package and app, under its name. */
const packages = globSync('{packages,apps}/*/package.json').map(
  (path): TestProjectInlineConfiguration => ({
    extends: true,
    root: dirname(path),
    test: { name: JSON.parse(readFileSync(path, 'utf8')).name }
  })
)

const config: ViteUserConfig = {
  test: {
    reporters: ['default', './scripts/totals-reporter.ts'],
    testTimeout: patienceMs,
    hookTimeout: patienceMs,
    projects: [
      ...packages,
      { extends: true, test: { name: 'repository', include: ['test/**/*.test.ts'] } }
    ]
  }
}
export default defineConfig(config) as ViteUserConfig
