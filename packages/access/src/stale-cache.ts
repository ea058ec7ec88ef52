/** Holds what was read for a moment, and at most so much of it. */
export class StaleCache<T> {
  readonly #entries = new Map<string, { readonly value: T; readonly at: number }>()
  readonly #maxEntries: number
  readonly #maxStaleMs: number

  constructor(maxEntries: number, maxStaleMs: number) {
    this.#maxEntries = maxEntries
    this.#maxStaleMs = maxStaleMs
  }

  /** What was read at most `maxStaleMs` ago, or what `read` gives now. Nothing is held of what is not there. */
  get(key: string, now: number, read: () => T | undefined): T | undefined {
    const entry = this.#entries.get(key)
    // A clock that was set back must not keep anything alive.
    if (entry && now >= entry.at && now - entry.at < this.#maxStaleMs) return entry.value
    this.#entries.delete(key)
    const value = read()
    if (value === undefined) return undefined
    const oldest = this.#entries.size < this.#maxEntries ? undefined : this.#entries.keys().next()
    if (oldest?.value !== undefined) this.#entries.delete(oldest.value)
    this.#entries.set(key, { value, at: now })
    return value
  }

  clear(): void {
    this.#entries.clear()
  }
}
