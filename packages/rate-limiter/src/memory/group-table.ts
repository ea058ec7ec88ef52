/** Keys that are counted alike and forgotten together. */
export interface Group {
  /** The room that its keys take. */
  readonly size: number
  /** Whether nothing in it counts any more. */
  readonly isEmpty: boolean
  /** Forgets what has elapsed by now, if that takes no search. */
  renew(now: number): void
}

interface Entry<G> {
  readonly tenant: string
  readonly name: string
  readonly group: G
}

/** The groups of all tenants. What it does for a call does not depend on how many there are. */
export class GroupTable<G extends Group> {
  readonly #tenants = new Map<string, Map<string, Entry<G>>>()
  readonly #entries: Entry<G>[] = []
  #keysSize = 0
  #next = 0
  #forgottenAt = Number.NEGATIVE_INFINITY

  /** The room taken by all keys, and by the groups, each of which counts as one. */
  get size(): number {
    return this.#keysSize + this.#entries.length
  }

  /**
   * The time at which a group begins: not before the one at which a group was forgotten, so that a clock
   * that goes back brings no group back unused.
   */
  startAt(now: number): number {
    return Math.max(now, this.#forgottenAt)
  }

  get(tenant: string, name: string): G | undefined {
    return this.#tenants.get(tenant)?.get(name)?.group
  }

  add(tenant: string, name: string, group: G): G {
    const entry = { tenant, name, group }
    const names = this.#tenants.get(tenant)
    if (names) names.set(name, entry)
    else this.#tenants.set(tenant, new Map([[name, entry]]))
    this.#entries.push(entry)
    this.#keysSize += group.size
    return group
  }

  /** Does what changes the size of a group. */
  resize<Result>(group: G, change: () => Result): Result {
    const before = group.size
    const result = change()
    this.#keysSize += group.size - before
    return result
  }

  /** Lets another group each time forget what has elapsed. The one in use stays, even if it is empty. */
  relieve(now: number, inUse?: G): void {
    if (this.#entries.length === 0) return
    const index = this.#next % this.#entries.length
    this.#next = index + 1
    const entry = this.#entries[index] as Entry<G>
    this.resize(entry.group, () => entry.group.renew(now))
    if (entry.group === inUse || !entry.group.isEmpty) return
    this.#forgottenAt = Math.max(this.#forgottenAt, now)
    this.#remove(entry, index)
  }

  [Symbol.iterator](): Iterator<G> {
    return this.#entries.map(({ group }) => group).values()
  }

  #remove({ tenant, name }: Entry<G>, index: number): void {
    const last = this.#entries.pop() as Entry<G>
    if (index < this.#entries.length) this.#entries[index] = last
    const names = this.#tenants.get(tenant)
    names?.delete(name)
    if (names?.size === 0) this.#tenants.delete(tenant)
  }
}
