import type { ToolVerdict } from './tool-verdict.ts'

/** Verdicts of calls that have not run yet. Calls without a key are not remembered. */
export interface VerdictMemo {
  /** The verdict of a call, while it counts. */
  get(key: string | undefined): Promise<ToolVerdict> | undefined
  set(key: string | undefined, verdict: Promise<ToolVerdict>): void
  /** Takes a verdict out, so that nobody else gets it. */
  take(key: string | undefined): Promise<ToolVerdict> | undefined
}

/** How many verdicts are kept, how much their keys may hold in UTF-16 code units, and for how long. */
export interface MemoLimits {
  readonly maxEntries: number
  readonly maxLength: number
  readonly ttlMs: number
}

/** Creates a memo. What was put in first goes first. */
export function createVerdictMemo(
  { maxEntries, maxLength, ttlMs }: MemoLimits,
  now: () => number
): VerdictMemo {
  const entries = new Map<string, { readonly verdict: Promise<ToolVerdict>; readonly at: number }>()
  let length = 0

  function take(key: string | undefined): Promise<ToolVerdict> | undefined {
    const entry = key === undefined ? undefined : entries.get(key)
    if (key === undefined || !entry) return undefined
    entries.delete(key)
    length -= key.length
    const age = now() - entry.at
    return age >= 0 && age < ttlMs ? entry.verdict : undefined
  }

  function set(key: string | undefined, verdict: Promise<ToolVerdict>): void {
    if (key === undefined) return
    take(key)
    entries.set(key, { verdict, at: now() })
    length += key.length
    for (const oldest of entries.keys()) {
      if (entries.size <= maxEntries && length <= maxLength) break
      take(oldest)
    }
  }

  return {
    take,
    set,
    get(key) {
      const entry = key === undefined ? undefined : entries.get(key)
      const age = entry ? now() - entry.at : 0
      return age >= 0 && age < ttlMs ? entry?.verdict : undefined
    }
  }
}
