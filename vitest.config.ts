import { defineConfig, type ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = {
  test: {
    reporters: ['default', './scripts/totals-reporter.ts'],
    projects: [
      'packages/*',
      'apps/*',
      { test: { name: 'repository', include: ['test/**/*.test.ts'] } }
    ]
  }
}
export default defineConfig(config) as ViteUserConfig
