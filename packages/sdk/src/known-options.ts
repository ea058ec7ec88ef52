/** Throws a `TypeError` if there is an option that does not exist. */
export function assertKnown(what: string, given: object, names: readonly string[]): void {
  const unknown = Object.keys(given).filter((name) => !names.includes(name))
  if (unknown.length === 0) return
  const [bad, good] = [JSON.stringify(unknown), JSON.stringify(names)]
  throw new TypeError(`${what} ${bad}. Valid options: ${good}.`)
}
