import type { ActionRequest } from '@agentguard/protocol'
import {
  type BenchRule,
  type BenchScope,
  type Form,
  fieldOf,
  firstFreeName,
  forms,
  nameOf
} from './policies.ts'
import { Random } from './random.ts'

/**
 * Which rules the actions are for: deny rules near the beginning of the policy, allow rules near its
 * end, no rule at all, or any rule.
 */
export const scenarios = ['hit early', 'hit late', 'miss', 'any'] as const
export type Scenario = (typeof scenarios)[number]

/** Those that are timed. */
export const timedScenarios = ['hit early', 'hit late', 'miss'] as const

const texts: Record<BenchScope, Record<Form, (name: string, random: Random) => string>> = {
  shell: {
    start: (name, random) => `git verb-${name} ${words(random)}`,
    inside: (name, random) => `npm run ${words(random)} --flag-${name}=${random.word(3)}`,
    exact: (name) => `make target-${name}`,
    end: (name, random) => `deploy ${words(random)} --env=stage-${name}`
  },
  filesystem: {
    start: (name, random) => `/srv/app-${name}/${directories(random)}/${random.word(8)}.json`,
    inside: (name, random) => `/home/${directories(random)}/name-${name}/${random.word(6)}.pem`,
    exact: (name) => `/opt/tool-${name}/settings.yaml`,
    end: (name, random) => `/var/log/${random.word(5)}-${random.word(9)}-${name}.log`
  },
  network: {
    start: (name, random) => `cdn-${name}.${random.word(7)}.example.net`,
    inside: (name, random) => `${random.word(6)}.zone-${name}.${random.word(4)}.example.org`,
    exact: (name) => `api-${name}.example.com`,
    end: (name, random) => `${random.word(4)}.${random.word(6)}.host-${name}.example`
  }
}

/** Produces actions whose texts no engine has seen before. */
export class ActionSource {
  readonly #scope: BenchScope
  /** Undefined: actions that no rule is for. */
  readonly #rules: readonly BenchRule[] | undefined
  readonly #random: Random

  constructor(scope: BenchScope, rules: readonly BenchRule[], scenario: Scenario, seed: number) {
    this.#scope = scope
    this.#rules = rulesHit(rules, scenario)
    this.#random = new Random(seed)
  }

  /**
   * The next actions, read from bytes as a server does, so that every text is a new string which
   * the JavaScript engine has neither interned nor hashed.
   */
  next(count: number): ActionRequest[] {
    const { field, action } = fieldOf[this.#scope]
    const made = Array.from({ length: count }, () => ({
      scope: this.#scope,
      action,
      [field]: this.#text()
    }))
    return JSON.parse(Buffer.from(JSON.stringify(made)).toString())
  }

  #text(): string {
    const random = this.#random
    const { form, name } = this.#rules
      ? random.pick(this.#rules)
      : { form: random.pick(forms), name: nameOf(firstFreeName + random.below(firstFreeName)) }
    return texts[this.#scope][form](name, random)
  }
}

function rulesHit(rules: readonly BenchRule[], scenario: Scenario): BenchRule[] | undefined {
  if (scenario === 'miss') return undefined
  if (scenario === 'any') return [...rules]
  const kind = scenario === 'hit early' ? 'deny' : 'allow'
  const ofKind = rules.filter((rule) => rule.kind === kind)
  // Never fewer than one of each form, so that all policies are asked for the same mixture of forms.
  if (kind === 'deny') return ofKind.slice(0, Math.max(forms.length, rules.length / 50))
  return ofKind.slice(-Math.max(forms.length, rules.length / 4))
}

function words(random: Random): string {
  const count = 1 + random.below(3)
  return Array.from({ length: count }, () => random.word(3 + random.below(9))).join(' ')
}

function directories(random: Random): string {
  const count = 1 + random.below(3)
  return Array.from({ length: count }, () => random.word(3 + random.below(6))).join('/')
}
