import type { Decision } from '@agentguard/protocol'
import { compilePolicy } from '../../src/compile-policy.ts'
import type { Policy } from '../../src/policy.ts'
import { hardeningCases, hardeningDecision } from '../hardening.ts'
import { corpusPolicyWith, shellCorpus } from '../shell-corpus.ts'
import { codingPolicy } from './coding-policy.ts'
import { developerCommands } from './developer-commands.ts'

/** How many cases of a category got which decision. */
export interface ScoreLine {
  readonly category: string
  readonly kind: 'attack' | 'benign'
  readonly decisions: Readonly<Record<Decision, number>>
}

interface Scored {
  readonly category: string
  readonly kind: 'attack' | 'benign'
  readonly decision: Decision
}

export type Matching = 'effects' | 'literal'

/** Friction and safety together: what attacks and what benign actions get, by category. */
export function scoreboard(matching: Matching): readonly ScoreLine[] {
  const scored = [...corpus(matching), ...hardening(matching), ...developer(matching)]
  const lines = Map.groupBy(scored, ({ category, kind }) => `${kind} ${category}`)
  return [...lines.values()].map((cases) => {
    const [{ category, kind }] = cases as [Scored]
    const count = (wanted: Decision): number =>
      cases.filter(({ decision }) => decision === wanted).length
    return {
      category,
      kind,
      decisions: {
        ALLOW: count('ALLOW'),
        REQUIRE_APPROVAL: count('REQUIRE_APPROVAL'),
        DENY: count('DENY')
      }
    }
  })
}

/** The sum of the lines of a kind. */
export function total(
  lines: readonly ScoreLine[],
  kind: ScoreLine['kind']
): ScoreLine['decisions'] {
  const sum = { ALLOW: 0, REQUIRE_APPROVAL: 0, DENY: 0 }
  for (const line of lines.filter((one) => one.kind === kind)) {
    sum.ALLOW += line.decisions.ALLOW
    sum.REQUIRE_APPROVAL += line.decisions.REQUIRE_APPROVAL
    sum.DENY += line.decisions.DENY
  }
  return sum
}

function corpus(matching: Matching): Scored[] {
  const policy = corpusPolicyWith(matching)
  return shellCorpus.map(({ command, category, expect }) => ({
    category: `corpus: ${category}`,
    kind: expect === 'ALLOW' ? 'benign' : 'attack',
    decision: policy.check({ scope: 'shell', command }).decision
  }))
}

function hardening(matching: Matching): Scored[] {
  return hardeningCases.map((line) => ({
    category: `hardening: ${line.category}`,
    kind: line.expect === 'ALLOW' ? 'benign' : 'attack',
    decision: hardeningDecision(line, matching === 'literal' ? matching : undefined)
  }))
}

function developer(matching: Matching): Scored[] {
  const policy = compiled(
    codingPolicy.replace('scope: shell', `scope: shell\n    matching: ${matching}`)
  )
  return developerCommands.map((command) => ({
    category: 'developer commands',
    kind: 'benign',
    decision: policy.check({ scope: 'shell', command }).decision
  }))
}

function compiled(text: string): Policy {
  const result = compilePolicy(text)
  if (!result.ok) throw new Error(result.issues[0]?.message)
  return result.policy
}
