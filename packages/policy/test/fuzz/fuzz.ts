import { generateScript, randomFrom } from './generate.ts'
import { runUnderBash, type Suspect } from './oracle.ts'
import { strictPolicy, widePolicy } from './policies.ts'

/** What a run of the fuzzer found. */
export interface FuzzReport {
  readonly scripts: number
  /** How many a policy allowed, so that bash ran them. */
  readonly allowed: number
  /** Allowed scripts that ran the program that is denied: each is a bug. */
  readonly escapes: readonly Suspect[]
}

/** Names that are no part of each other, so that one script cannot run the marker of another. */
function markerOf(at: number): string {
  return `evil${at.toString(36).padStart(5, '0')}q`
}

/** One marker in the policies, for the judgement; each script runs with one of its own. */
const denied = 'evilmark'

/** Generates scripts, judges them, and runs under bash those that are allowed. */
export async function fuzz(seed: number, scripts: number): Promise<FuzzReport> {
  const random = randomFrom(seed)
  const policies = [strictPolicy(denied), widePolicy(denied)]
  const suspects: Suspect[] = []
  for (let at = 0; at < scripts; at++) {
    const script = generateScript(random, denied)
    const isAllowed = policies.some(
      (policy) => policy.check({ scope: 'shell', command: script }).decision === 'ALLOW'
    )
    const marker = markerOf(at)
    if (isAllowed) suspects.push({ marker, script: script.replaceAll(denied, marker) })
  }
  return { scripts, allowed: suspects.length, escapes: await runUnderBash(suspects) }
}
