import type { EffectSource } from './effect.ts'

const nonAscii = /[^\0-\x7f]/

/** A stretch of a text in bytes of UTF-8, from one in UTF-16 code units. */
export function byteRange(
  text: string,
  { start, end }: Pick<EffectSource, 'start' | 'end'>
): { readonly start: number; readonly end: number } {
  if (!nonAscii.test(text)) return { start, end }
  const before = byteLength(text.slice(0, start))
  return { start: before, end: before + byteLength(text.slice(start, end)) }
}

/** How many bytes a text has in UTF-8; a lone surrogate becomes U+FFFD, which has three. */
function byteLength(text: string): number {
  let length = 0
  for (const character of text) {
    const point = character.codePointAt(0) as number
    length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  return length
}
