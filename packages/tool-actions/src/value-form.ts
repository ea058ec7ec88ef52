/** Programs that read URLs drop these, wherever they are. */
const dropped = /[\t\n\r]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: URLs are trimmed of them
const leading = /^[\x00-\x20]+/
const scheme = /^[a-z][a-z0-9+.-]*:[/\\]{2}/i
/** For these, the slashes may be missing. */
const special = /^(?:https?|wss?|ftp):/i
const file = /^(?:view-source:)?file:/i
const drive = /^[a-z]:(?:[\\/]|$)/i
const marked = /^(?:[/~\\]|\.{1,2}(?:[\\/]|$)|%2[ef])/i

/** The URL that a text is, without what stands around it; undefined for a text that is none. */
export function urlIn(text: string): string | undefined {
  const trimmed = text.replace(leading, '')
  const start = trimmed.slice(0, 64).replace(dropped, '')
  if (!scheme.test(start) && !special.test(start)) return undefined
  const end = trimmed.indexOf(' ')
  return end === -1 ? trimmed : trimmed.slice(0, end)
}

/** Whether a text is a `file:` URL. */
export function isFileUrl(text: string): boolean {
  return file.test(text.replace(leading, '').slice(0, 64).replace(dropped, ''))
}

/** Whether a text looks like a path, whatever it is called: `/etc`, `~/x`, `../x`, `C:\x`, `\\host\x`. */
export function looksLikePath(text: string): boolean {
  return marked.test(text) || drive.test(text) || isFileUrl(text)
}

/** A text without the white space and control characters before it, which programs drop. */
export function withoutLead(text: string): string {
  return text.replace(leading, '')
}

/** Whether a text is a path that does not depend on a working directory. */
export function isRooted(text: string): boolean {
  return /^[/~\\]/.test(text) || drive.test(text) || isFileUrl(text)
}

/** Whether a text looks like a host: dots or colons, or `localhost`, and no space. */
export function looksLikeHost(text: string): boolean {
  return text.length <= 512 && /^(?:localhost|[^\s.:。．｡]*[.:。．｡]\S*)$/iu.test(text)
}
