import type { EffectContext } from '../../src/effects/context.ts'
import { generateScript, randomFrom } from './generate.ts'
import { runScripts, type Suspect } from './oracle.ts'
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

const policies = [strictPolicy(denied), widePolicy(denied)]

/** Which shells may run a script, by the policies of the fuzzer, in which `evilmark` is denied. */
function shellsAllowed(script: string): readonly ('bash' | 'sh')[] {
  const action = { scope: 'shell', command: script }
  const isAllowed = (context: EffectContext): boolean =>
    policies.some((policy) => policy.check(action, undefined, context).decision === 'ALLOW')
  if (!isAllowed({ shell: 'bash' })) return []
  // Where nobody says which shell it is, it may be any.
  return isAllowed({}) ? ['bash', 'sh'] : ['bash']
}

/** Generates scripts, judges them, and runs those that are allowed with the shells that may run them. */
export async function fuzz(
  seed: number,
  scripts: number,
  judge: (script: string) => readonly ('bash' | 'sh')[] = shellsAllowed
): Promise<FuzzReport> {
  const random = randomFrom(seed)
  const suspects: Suspect[] = []
  for (let at = 0; at < scripts; at++) {
    const script = generateScript(random, denied)
    const marker = markerOf(at)
    const shells = judge(script)
    if (shells.length > 0) {
      suspects.push({ marker, script: script.replaceAll(denied, marker), shells })
    }
  }
  return { scripts, allowed: suspects.length, escapes: await runScripts(suspects) }
}
