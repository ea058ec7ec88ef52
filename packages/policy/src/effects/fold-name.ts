/** A tool's name without regard to case and to compatibility forms such as full-width letters. */
export function foldName(name: string): string {
  return name.normalize('NFKC').toLowerCase()
}
