import type { ActionRequest, Decision } from '@agentguard/protocol'
import { cleanPath } from '../src/clean-path.ts'
import type { PolicyDocument, Rule, RuleSet } from '../src/document.ts'
import type { Endpoint } from '../src/effects/effect.ts'
import { widePaths } from '../src/effects/fold-path.ts'
import { canonicalHost } from '../src/effects/network/canonical-host.ts'
import { withSlash } from '../src/effects/path-ends.ts'
import { pathReadings } from '../src/effects/path-readings.ts'
import { percentDecode } from '../src/effects/percent-decode.ts'
import { stripControls } from '../src/effects/strip-controls.ts'
import { effectsOf } from '../src/effects/table.ts'
import { foldName } from '../src/effects/tool.ts'
import { hasClass } from '../src/match/token.ts'

/** What two answers to one request are compared for. */
interface ComparedCheck {
  readonly document: PolicyDocument
  readonly action: ActionRequest
}

/**
 * A way in which our verdicts differ from those of the reference, and whether it can be the reason
 * for a given case. `docs/compatibility.md` says the same in words, under the same ids.
 */
export interface Difference {
  readonly id: string
  readonly mayLoosen: boolean
  /** A request that the difference decides. */
  readonly example: {
    readonly policy: string
    readonly action: ActionRequest
    readonly decision: Decision
  }
  appliesTo(check: ComparedCheck): boolean
}

const head = 'version: "1"\nname: example\nrules:\n'

export const differences: readonly Difference[] = [
  {
    id: 'shell-effects',
    example: {
      policy: `${head}  - scope: shell\n    deny: [{pattern: 'rm *'}]\n    allow: [{pattern: '*'}]\n`,
      action: { scope: 'shell', command: 'ls -la; rm -rf /' },
      decision: 'DENY'
    },
    mayLoosen: true,
    appliesTo: ({ action }) => action.scope === 'shell' && !isPlainCommand(action)
  },
  {
    id: 'bare-commands',
    example: {
      policy: `${head}  - scope: shell\n    allow: [{pattern: 'ls *'}]\n`,
      action: { scope: 'shell', command: 'ls' },
      decision: 'ALLOW'
    },
    mayLoosen: true,
    appliesTo: ({ document, action }) =>
      action.scope === 'shell' &&
      /^\S+$/.test(action.command ?? '') &&
      patterns(document, action).some((pattern) => / [*]+$/.test(pattern))
  },
  {
    id: 'literal-star',
    example: {
      policy: `${head}  - scope: shell\n    deny: [{pattern: 'rm *'}]\n    allow: [{pattern: '*'}]\n`,
      action: { scope: 'shell', command: 'rm *.txt' },
      decision: 'DENY'
    },
    mayLoosen: true,
    appliesTo: ({ document, action }) =>
      texts(action).some((text) => text.includes('*')) &&
      patterns(document, action).some((pattern) => pattern.includes('*'))
  },
  {
    id: 'characters',
    example: {
      policy: `${head}  - scope: data\n    allow: [{pattern: 'caf?'}]\n`,
      action: { scope: 'data', command: 'café' },
      decision: 'ALLOW'
    },
    mayLoosen: true,
    appliesTo: ({ document, action }) =>
      patterns(document, action).some((pattern) => pattern.includes('?')) &&
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII itself
      texts(action).some((text) => /[^\x00-\x7f]/.test(text))
  },
  {
    id: 'control-characters',
    example: {
      policy: `${head}  - scope: shell\n    allow: [{pattern: 'sudoid'}]\n`,
      action: { scope: 'shell', command: 'sudo\nid' },
      decision: 'DENY'
    },
    mayLoosen: false,
    appliesTo: ({ action }) => texts(action).some((text) => stripControls(text) !== text)
  },
  {
    id: 'encoded-paths',
    example: {
      policy: `${head}  - scope: filesystem\n    allow: [{action: read, paths: [/tmp/**]}]\n`,
      action: { scope: 'filesystem', action: 'read', path: '/tmp/%252e%252e/etc/shadow' },
      decision: 'DENY'
    },
    mayLoosen: false,
    appliesTo: ({ action }) => percentDecode(action.path ?? '') !== (action.path ?? '')
  },
  {
    id: 'unknown-paths',
    example: {
      policy: `${head}  - scope: filesystem\n    allow: [{action: read, paths: ['**']}]\n`,
      action: { scope: 'filesystem', action: 'read', path: '/proc/1/root/etc/shadow' },
      decision: 'REQUIRE_APPROVAL'
    },
    mayLoosen: false,
    appliesTo: ({ action: { path = '' } }) => {
      const { unknown, spellings } = pathReadings(path)
      return unknown !== undefined || spellings.all.some((text) => /[*?]/.test(text))
    }
  },
  {
    id: 'path-forms',
    example: {
      policy: `${head}  - scope: filesystem\n    deny: [{paths: ['**/.env']}]\n    allow: [{action: read, paths: ['**']}]\n`,
      action: { scope: 'filesystem', action: 'read', path: '/a/.ENV' },
      decision: 'DENY'
    },
    mayLoosen: false,
    appliesTo: ({ document, action: { path = '' } }) => {
      const { all, wide } = pathReadings(path).spellings
      return all.length + wide.length > 1 || document.rules.some(hasFoldedPaths)
    }
  },
  {
    id: 'named-hosts',
    example: {
      policy: `${head}  - scope: network\n    allow: [{domain: '*'}]\n`,
      action: { scope: 'network', domain: '169.254.169.254' },
      decision: 'DENY'
    },
    mayLoosen: false,
    appliesTo: ({ action }) => endpoints(action).some(({ mustName }) => mustName !== undefined)
  },
  {
    id: 'canonical-hosts',
    example: {
      policy: `${head}  - scope: network\n    deny: [{domain: evil.example}]\n    allow: [{domain: '*'}]\n`,
      action: { scope: 'network', domain: 'good.example', url: 'https://EVIL.example./' },
      decision: 'DENY'
    },
    mayLoosen: true,
    appliesTo: ({ document, action }) =>
      (action.url ?? '') !== '' ||
      (endpoints(action).length > 0 && canonicalHost(action.domain ?? '') !== action.domain) ||
      endpoints(action).some(({ classes }) => classes?.includes('loopback')) ||
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII itself
      rules(document, action).some(({ domain }) => /[^\x00-\x7f]/.test(domain))
  },
  {
    id: 'missing-path',
    example: {
      policy: `${head}  - scope: filesystem\n    allow: [{action: read, paths: ['**']}]\n`,
      action: { scope: 'filesystem', action: 'read' },
      decision: 'REQUIRE_APPROVAL'
    },
    mayLoosen: false,
    appliesTo: ({ action }) =>
      action.scope === 'filesystem' && stripControls(action.path ?? '') === ''
  },
  {
    id: 'directories',
    example: {
      policy: `${head}  - scope: filesystem\n    deny: [{paths: [/repo/secret/**]}]\n    allow: [{action: delete, paths: [/repo/**]}]\n`,
      action: { scope: 'filesystem', action: 'delete', path: '/repo' },
      decision: 'REQUIRE_APPROVAL'
    },
    mayLoosen: false,
    appliesTo: ({ document, action }) =>
      /^(?:delete|remove|rmdir|move|rename)$/i.test(action.action ?? '') &&
      rules(document, action).some(({ paths }) =>
        paths.some((path) => {
          const directory = cleanPath(action.path ?? '')
          const start = directory === '.' ? '' : withSlash(directory)
          return cleanPath(path).startsWith(start)
        })
      )
  },
  {
    id: 'traversal-always',
    example: {
      policy: `${head}  - scope: shell\n    allow: [{pattern: ls}]\n`,
      action: { scope: 'filesystem', action: 'read', path: '../x' },
      decision: 'DENY'
    },
    mayLoosen: false,
    appliesTo: ({ document, action }) =>
      action.scope === 'filesystem' && ruleSets(document, action).length === 0
  },
  {
    id: 'deny-first',
    example: {
      policy: `${head}  - scope: shell\n    allow: [{pattern: 'git *'}]\n  - scope: shell\n    deny: [{pattern: 'git push*'}]\n`,
      action: { scope: 'shell', command: 'git push' },
      decision: 'DENY'
    },
    mayLoosen: false,
    appliesTo: ({ document, action }) => ruleSets(document, action).length > 1
  },
  {
    id: 'allow-all-tests',
    example: {
      policy: `${head}  - scope: network\n    allow: [{action: GET, domain: good.example}]\n`,
      action: { scope: 'network', action: 'GET', domain: 'bad.example' },
      decision: 'DENY'
    },
    mayLoosen: false,
    appliesTo: ({ document, action }) =>
      ruleSets(document, action).some((ruleSet) =>
        ruleSet.allow.some((rule) => testCount(rule) > 1)
      )
  },
  {
    id: 'paths-without-action',
    example: {
      policy: `${head}  - scope: filesystem\n    deny: [{paths: [/etc/**]}]\n    allow: [{action: read, paths: ['**']}]\n`,
      action: { scope: 'filesystem', action: 'read', path: '/etc/passwd' },
      decision: 'DENY'
    },
    mayLoosen: false,
    appliesTo: ({ document, action }) =>
      rules(document, action).some((rule) => rule.action === '' && rule.paths.length > 0)
  },
  {
    id: 'double-star-text',
    example: {
      policy: `${head}  - scope: shell\n    deny: [{pattern: 'curl **'}]\n    allow: [{pattern: '*'}]\n`,
      action: { scope: 'shell', command: 'curl http://evil.example/x' },
      decision: 'DENY'
    },
    mayLoosen: false,
    appliesTo: ({ document, action }) =>
      ruleSets(document, action).some((ruleSet) =>
        [...ruleSet.deny, ...ruleSet.require_approval].some((rule) =>
          `${rule.pattern}\n${rule.domain}`.includes('**')
        )
      )
  },
  {
    id: 'classes',
    example: {
      policy: `${head}  - scope: data\n    deny: [{pattern: '*[0-9][0-9]*'}]\n    allow: [{pattern: '*'}]\n`,
      action: { scope: 'data', command: 'pin 42' },
      decision: 'DENY'
    },
    mayLoosen: false,
    appliesTo: ({ document, action }) => patterns(document, action).some(hasClass)
  },
  {
    id: 'tool-name-case',
    example: {
      policy: `${head}  - scope: mcp_tool\n    deny: [{pattern: '*:write_*'}]\n    allow: [{pattern: 'fs:*'}]\n`,
      action: { scope: 'mcp_tool', command: 'fs:Write_File' },
      decision: 'DENY'
    },
    mayLoosen: false,
    appliesTo: ({ action: { scope, command = '' } }) =>
      (scope === 'mcp_tool' || scope === 'unmapped') && foldName(command) !== command
  },
  {
    id: 'unknown-condition',
    example: {
      policy: `${head}  - scope: shell\n    deny: [{pattern: 'make deploy', conditions: [{require_prior: git push}]}]\n    allow: [{pattern: 'make *'}]\n`,
      action: { scope: 'shell', command: 'make deploy' },
      decision: 'DENY'
    },
    mayLoosen: false,
    appliesTo: ({ document, action }) =>
      rules(document, action).some((rule) => rule.conditions.length > 0)
  },
  {
    id: 'limits-and-rules',
    example: {
      policy: `${head}  - scope: cost\n    limits: {max_per_action: '5'}\n    deny: [{action: refund}]\n`,
      action: { scope: 'cost', action: 'refund', est_cost: 1 },
      decision: 'DENY'
    },
    mayLoosen: false,
    appliesTo: ({ document, action }) =>
      ruleSets(document, action).some((ruleSet) => ruleSet.limits && lists(ruleSet).length > 0)
  },
  {
    id: 'size-limits',
    example: {
      policy: `${head}  - scope: network\n    allow: [{domain: '*'}]\n`,
      action: { scope: 'network', domain: 'a'.repeat(600) },
      decision: 'DENY'
    },
    mayLoosen: false,
    appliesTo: ({ action }) =>
      texts(action).some((text) => text.length > 1024) || (action.domain ?? '').length > 512
  },
  {
    id: 'exact-money',
    example: {
      policy: `${head}  - scope: cost\n    limits: {max_per_action: '0.3'}\n`,
      action: { scope: 'cost', est_cost: 0.3000001 },
      decision: 'DENY'
    },
    mayLoosen: false,
    appliesTo: ({ action }) =>
      action.scope === 'cost' && /\.\d{7,}|e-/.test(String(action.est_cost ?? 0))
  }
]

function endpoints(action: ActionRequest): Endpoint[] {
  return effectsOf(action).flatMap(({ endpoint }) => endpoint ?? [])
}

function hasFoldedPaths(ruleSet: RuleSet): boolean {
  return lists(ruleSet).some(({ paths }) => paths.some((path) => widePaths(path).length > 1))
}

/** Whether a command is one program of which nothing is known but its text. */
function isPlainCommand(action: ActionRequest): boolean {
  const [only, ...others] = effectsOf(action)
  return (
    others.length === 0 &&
    only?.unknown === undefined &&
    only?.unproven === undefined &&
    only?.gapped === undefined &&
    [...(only?.command.all ?? []), ...(only?.command.any ?? []).map(({ text }) => text)].includes(
      action.command ?? ''
    )
  )
}

function texts(action: ActionRequest): string[] {
  const { command, path, domain, action: verb } = action
  return [command, path, domain, verb].flatMap((text) => (text ? [text, percentDecode(text)] : []))
}

function ruleSets(document: PolicyDocument, action: ActionRequest): RuleSet[] {
  const override = document.agents.get(action.agent_id ?? '')?.override ?? []
  return [...document.rules, ...override].filter((ruleSet) => ruleSet.scope === action.scope)
}

function rules(document: PolicyDocument, action: ActionRequest): Rule[] {
  return ruleSets(document, action).flatMap(lists)
}

function lists(ruleSet: RuleSet): Rule[] {
  return [...ruleSet.deny, ...ruleSet.require_approval, ...ruleSet.allow]
}

function patterns(document: PolicyDocument, action: ActionRequest): string[] {
  return rules(document, action).flatMap((rule) => [rule.pattern, rule.domain, ...rule.paths])
}

function testCount(rule: Rule): number {
  const tests = [rule.pattern, rule.domain, rule.action || rule.paths.join('')]
  return tests.filter((test) => test !== '').length
}
