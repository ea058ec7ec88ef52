/** A path as that of a directory: with one slash at the end. */
export function withSlash(path: string): string {
  return `${withoutSlashes(path)}/`
}

/** A path without slashes at the end. */
export function withoutSlashes(path: string): string {
  return path.replace(/(?<!\/)\/+$/, '')
}

/** A path without its last name: what is before it, with the slash. */
export function withoutName(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1)
}
