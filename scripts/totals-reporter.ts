import type { Reporter, TestModule } from 'vitest/node'

/** Prints the totals as one plain line, for scripts that read the end of a test run. */
export default class TotalsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state]++
      // A file that cannot be loaded has no tests, and is a failure all the same.
      if (module.state() === 'failed' && module.errors().length > 0) counts.failed++
    }
    const failed = counts.failed + errors.length
    const skipped = counts.skipped + counts.pending
    console.log(`tests: ${counts.passed} passed, ${failed} failed, ${skipped} skipped`)
  }
}
