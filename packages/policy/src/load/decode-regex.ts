import { goQuote } from '@agentguard/protocol/printable'
import { RE2JS } from 're2js'
import type { Decoder } from './decoder.ts'
import type { Stage } from './issue-list.ts'
import type { Item } from './open-node.ts'

/** The source of an RE2 regular expression that compiles. */
export function decodeRegex(
  decoder: Decoder,
  item: Item | undefined,
  stage?: Stage
): string | undefined {
  const source = item && decoder.scalar(item)
  if (!item || source === undefined) return undefined
  const error = compileError(source)
  if (error === undefined) return source
  const { path, offset } = item
  const message = `${path}: invalid regex ${goQuote(source)}: ${error}`
  decoder.issues.add({ code: 'invalid_regex', path, offset, message, stage })
  return undefined
}

/** The library says only by throwing that an expression does not compile. */
function compileError(source: string): string | undefined {
  try {
    RE2JS.compile(source)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : 'error parsing regexp'
  }
}
