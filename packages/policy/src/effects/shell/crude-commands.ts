const separators = /[\n\r;&|`(){}]+|\$\(|(?<=\s|^)(?:then|do|else|if|while|until|!)(?=\s)/
const decorations = /["'\\^`]/g

/** No line has more commands that anybody would read. */
const maxCommands = 4096

/**
 * What a text that cannot be parsed may run, found by its separators alone. Only for rules that
 * restrict: it finds too much and, in a text made for it, too little.
 */
export function crudeCommands(text: string): readonly string[] {
  const found = new Set<string>()
  for (const piece of text.split(separators, maxCommands)) {
    const trimmed = piece.trim()
    if (trimmed === '') continue
    found.add(trimmed)
    const plain = trimmed.replace(decorations, '').replace(/\s+/g, ' ')
    found.add(plain)
    const name = plain.split(' ', 1)[0] ?? ''
    const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
    const bare = base.replace(/\.(exe|com|cmd|bat|ps1)$/i, '').toLowerCase()
    found.add(bare + plain.slice(name.length))
    if (!plain.includes(' ')) found.add(`${bare} `)
  }
  return [...found]
}
