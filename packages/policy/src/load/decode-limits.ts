import { goQuote } from '@agentguard/protocol/printable'
import type { CostLimits, MoneyLimit } from '../document.ts'
import { parseDollars } from '../dollars.ts'
import { microDollars } from '../micro-dollars.ts'
import type { Decoder } from './decoder.ts'
import { policyKeys } from './keys.ts'
import type { Item } from './open-node.ts'
import type { RuleSetPlace } from './rule-set-place.ts'

const { known, added } = policyKeys.limits

/** Decodes the `limits` of a rule set; a limit of 0 is none. */
export function decodeLimits(decoder: Decoder, item: Item, set: RuleSetPlace): CostLimits {
  const fields = decoder.fields(item, policyKeys.limits)
  const limits: Record<string, MoneyLimit> = {}
  for (const key of [...known, ...added]) {
    const limit = fields.get(key)
    if (!limit) continue
    if (added.includes(key) && set.scope !== 'cost') addMisplaced(decoder, limit, key)
    const money = decodeMoney(decoder, limit, `${set.label}.limits.${key}`)
    if (money) limits[key] = money
  }
  return limits
}

function decodeMoney(decoder: Decoder, item: Item, label: string): MoneyLimit | undefined {
  const text = decoder.text(item)
  const parsed = parseDollars(text)
  const { path, offset } = item
  if (!parsed.ok) {
    const message = `${label}: ${parsed.error}`
    decoder.issues.add({ code: 'invalid_limit', path, offset, message })
    return undefined
  }
  const { value } = parsed
  if (!Number.isFinite(value) || value < 0) {
    const message = `${label}: must be a finite number >= 0, got ${goQuote(text)}`
    decoder.issues.add({ code: 'invalid_limit', path, offset, message })
    return undefined
  }
  // A limit above what can be counted is never reached.
  const micros = microDollars(value, 'down') ?? Number.MAX_SAFE_INTEGER
  return value > 0 ? { text, micros } : undefined
}

function addMisplaced({ issues }: Decoder, { path, offset }: Item, key: string): void {
  const message = `${path}: \`${key}\` means something in scope \`cost\` only`
  issues.add({ code: 'misplaced_key', path, offset, message })
}
