import type { PolicyDocument, Rule, RuleKind, RuleSet } from '../src/document.ts'
import { Random } from './random.ts'

/** What a policy of the benchmark is about: one scope, so that all its rules compete. */
export const scopes = ['shell', 'filesystem', 'network'] as const
export type BenchScope = (typeof scopes)[number]

/** What each scope's actions have that its rules test, and the verb that they carry. */
export const fieldOf = {
  shell: { field: 'command', action: 'exec' },
  filesystem: { field: 'path', action: 'read' },
  network: { field: 'domain', action: 'connect' }
} as const

/** One rule, as every engine of the benchmark gets it. */
export interface BenchRule {
  readonly kind: RuleKind
  readonly pattern: string
  readonly form: Form
  /** What makes the pattern differ from those of the same form. */
  readonly name: string
}

/** How a pattern is made: each form is found by another part of an index. */
export const forms = ['start', 'inside', 'exact', 'end'] as const
export type Form = (typeof forms)[number]

const patterns: Record<BenchScope, Record<Form, (name: string) => string>> = {
  shell: {
    start: (name) => `git verb-${name} *`,
    inside: (name) => `*--flag-${name}*`,
    exact: (name) => `make target-${name}`,
    end: (name) => `* --env=stage-${name}`
  },
  filesystem: {
    start: (name) => `/srv/app-${name}/**`,
    inside: (name) => `**/name-${name}/*.pem`,
    exact: (name) => `/opt/tool-${name}/settings.yaml`,
    end: (name) => `/var/log/*-${name}.log`
  },
  network: {
    start: (name) => `cdn-${name}.*`,
    inside: (name) => `*.zone-${name}.*`,
    exact: (name) => `api-${name}.example.com`,
    end: (name) => `*.host-${name}.example`
  }
}

/** Names that no rule has: for actions that look like those of a rule and match none. */
export const firstFreeName = 50_000

/** Five digits, so that no name is the beginning of another. */
export function nameOf(number: number): string {
  return String(number).padStart(5, '0')
}

/**
 * Rules in the order in which a scan has to try them: deny, approval, allow. Of ten, four deny, two
 * ask for approval and four allow. Every four rules of a kind have the four forms.
 */
export function benchRules(scope: BenchScope, count: number, seed = 1): BenchRule[] {
  const names = shuffledNames(count, new Random(seed))
  const denials = Math.round(count * 0.4)
  const approvals = Math.round(count * 0.2)
  return names.map((name, at) => {
    const kind =
      at < denials ? 'deny' : at < denials + approvals ? 'require_approval' : ('allow' as const)
    const form = forms[at % forms.length] as Form
    return { kind, pattern: patterns[scope][form](name), form, name }
  })
}

function shuffledNames(count: number, random: Random): string[] {
  const names = Array.from({ length: count }, (_, number) => nameOf(number))
  for (let at = count - 1; at > 0; at--) {
    const other = random.below(at + 1)
    const name = names[at] as string
    names[at] = names[other] as string
    names[other] = name
  }
  return names
}

/**
 * The rules as a policy document of one rule set. Matching is literal unless told otherwise, since the
 * other engines know texts and not what they do.
 */
export function benchDocument(
  scope: BenchScope,
  rules: readonly BenchRule[],
  matching: RuleSet['matching'] = 'literal'
): PolicyDocument {
  const ofKind = (kind: RuleKind): Rule[] =>
    rules.flatMap((rule, at) =>
      rule.kind === kind ? documentRule(scope, rule.pattern, at + 1) : []
    )
  return documentOf({
    scope,
    deny: ofKind('deny'),
    require_approval: ofKind('require_approval'),
    allow: ofKind('allow'),
    matching,
    line: 1
  })
}

/** A document with one rule set and nothing else. */
export function documentOf(ruleSet: RuleSet): PolicyDocument {
  return {
    version: '1',
    name: 'bench',
    description: '',
    rules: [ruleSet],
    agents: new Map(),
    tool_scope_map: [],
    notifications: {
      approval_required: [],
      on_deny: [],
      redaction: { extra_patterns: [] },
      dispatchTimeoutMs: 5000
    },
    proxy: {
      sessionTtlMs: 3_600_000,
      maxBodyBytes: 1_048_576,
      auditDefaultLimit: 50,
      auditMaxLimit: 500
    },
    approvals: {}
  }
}

/** A rule of one pattern in the field that its scope tests. */
export function documentRule(scope: BenchScope, pattern: string, line: number): Rule {
  return {
    action: scope === 'filesystem' ? fieldOf.filesystem.action : '',
    pattern: scope === 'shell' ? pattern : '',
    paths: scope === 'filesystem' ? [pattern] : [],
    domain: scope === 'network' ? pattern : '',
    message: '',
    conditions: [],
    line,
    column: 1
  }
}

/** The rules as the text of a policy file. */
export function benchYaml(scope: BenchScope, rules: readonly BenchRule[]): string {
  const lists = (['deny', 'require_approval', 'allow'] as const).flatMap((kind) => [
    `    ${kind}:`,
    ...rules.flatMap((rule) => (rule.kind === kind ? `      - ${yamlRule(scope, rule)}` : []))
  ])
  return ["version: '1'", 'name: bench', 'rules:', `  - scope: ${scope}`, ...lists, ''].join('\n')
}

function yamlRule(scope: BenchScope, { pattern }: BenchRule): string {
  const text = JSON.stringify(pattern)
  if (scope === 'shell') return `pattern: ${text}`
  return scope === 'network' ? `domain: ${text}` : `{ action: read, paths: [${text}] }`
}
