const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i
const host = /^(?:\[([0-9a-f:.]+)\]|([^\s:@[\]\\<>"^`{|}]*))(?::[0-9]*)?$/i

/**
 * The host of a URL as version 1.0 puts it into `domain`: without port and user, in the case in which it is
 * written. Undefined where that reader finds none. What the URL really leads to is for the engine to say.
 */
export function hostOf(url: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no URL has them
  if (/[\x00-\x1f\x7f]/.test(url)) return undefined
  const [, found = ''] = authority.exec(url) ?? []
  const [, address, name] = host.exec(found.slice(found.lastIndexOf('@') + 1)) ?? []
  return address || name || undefined
}
