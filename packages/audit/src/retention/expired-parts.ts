/** How long closed parts of a log are kept. What is absent or 0 sets no bound. */
export interface Retention {
  /** How many closed parts are kept. */
  readonly maxParts?: number
  /** How long a part is kept after it was closed. */
  readonly maxAgeMs?: number
  /** How much the closed parts may take together. */
  readonly maxBytes?: number
  /**
   * How long a part is kept whatever else is asked for.
   *
   * @defaultValue 24 hours
   */
  readonly minAgeMs?: number
}

/** A closed part of a log. */
export interface ClosedPart {
  readonly closedAt: number
  readonly bytes: number
}

const dayMs = 86_400_000

/**
 * Which closed parts are to be deleted: as many from the oldest on as the retention asks for.
 *
 * INVARIANT: a part that was closed less than `minAgeMs` ago is kept, and so is all that came after it.
 */
export function expiredParts<T extends ClosedPart>(
  parts: readonly T[],
  { maxParts = 0, maxAgeMs = 0, maxBytes = 0, minAgeMs = dayMs }: Retention,
  now: number
): T[] {
  let bytes = parts.reduce((sum, part) => sum + part.bytes, 0)
  let count = parts.length
  const expired: T[] = []
  for (const part of parts) {
    const ageMs = now - part.closedAt
    const isTooMuch =
      (maxParts > 0 && count > maxParts) ||
      (maxBytes > 0 && bytes > maxBytes) ||
      (maxAgeMs > 0 && ageMs > maxAgeMs)
    if (!isTooMuch || ageMs < minAgeMs) break
    expired.push(part)
    bytes -= part.bytes
    count--
  }
  return expired
}
