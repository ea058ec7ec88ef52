/**
 * The credential in an `Authorization` header: what stands behind the exact prefix `Bearer `, unless that is
 * nothing. Other schemes and other spellings are for somebody else, as in version 1.0.
 */
export function bearerOf(header: string | undefined): string | undefined {
  if (header === undefined || !header.startsWith('Bearer ') || header.length === 7) return undefined
  return header.slice(7)
}
