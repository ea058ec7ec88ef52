/** A limited amount of something that many use at once. */
export interface FairShare {
  /** Takes an amount for somebody, who MUST give it back. False, and nothing is taken, if that is too much. */
  take(key: string, amount: number): boolean
  give(key: string, amount: number): void
  /** How much is taken. */
  readonly used: number
}

/**
 * Divides an amount among those who use it, without knowing how many there will be: nobody may have more than
 * what is left free. One alone gets half, two get a third each, and so on, so that there is always something
 * for who comes next ("dynamic thresholds", Choudhury and Hahne 1998). Who has nothing gets whatever is free.
 */
export function createFairShare(limit: number): FairShare {
  const shares = new Map<string, number>()
  let used = 0
  return {
    take(key, amount) {
      const own = shares.get(key) ?? 0
      const free = limit - used
      if (amount > free || (own > 0 && own + amount > free)) return false
      shares.set(key, own + amount)
      used += amount
      return true
    },
    give(key, amount) {
      const rest = (shares.get(key) ?? 0) - amount
      if (rest > 0) shares.set(key, rest)
      else shares.delete(key)
      used -= amount
    },
    get used() {
      return used
    }
  }
}
