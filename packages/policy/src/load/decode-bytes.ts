/** Every runtime has it; the ECMAScript library types do not. */
declare const TextDecoder: new (
  label: string,
  options: { readonly fatal: boolean }
) => { decode(bytes: Uint8Array): string }

/** The text of a file in UTF-8, or in UTF-16 with a byte order mark; `undefined` when it is neither. */
export function decodeBytes(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes)
  } catch {
    // The only way in which the decoder says that bytes are malformed.
    return undefined
  }
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return 'utf-8'
}
