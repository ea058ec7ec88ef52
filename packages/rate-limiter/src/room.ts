/**
 * Whether a group of keys may grow to a size: as long as it does not become larger than the room that
 * is left to the others.
 *
 * One group can therefore take half of the room, a second one half of the rest, and so on: whoever
 * floods one group always leaves room to the others, and nothing has to be set per group.
 */
export function mayGrow(groupSize: number, totalSize: number, maxSize: number): boolean {
  return groupSize <= maxSize - totalSize
}

/** The room that a text of this length takes, in keys. Long names must not make a bound worthless. */
export function keySize(name: string): number {
  return 1 + Math.floor(name.length / 64)
}

/** Throws a `RangeError` for a bound that is none. */
export function checkBound(name: string, bound: number): void {
  if (!Number.isSafeInteger(bound) || bound < 1) {
    throw new RangeError(`\`${name}\` must be a whole number from 1 on`)
  }
}
