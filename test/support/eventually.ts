import { vi } from 'vitest'

/**
 * Waits until an assertion holds, or throws what it threw last. The minutes of patience are only for what
 * never comes: how long something may take is not a test's to say, the machine may be busy.
 */
export function eventually<T>(assertion: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(assertion, { timeout: 120_000, interval: 20 })
}
