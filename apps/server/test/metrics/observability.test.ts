import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parser } from '@prometheus-io/lezer-promql'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { namedEvents } from '../../src/events/frame.ts'
import { families } from '../../src/metrics/families.ts'
import { createMeters } from '../../src/metrics/meters.ts'

function read(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../../docs/${path}`, import.meta.url)), 'utf8')
}

/** What Prometheus itself adds to every sample. */
const scraped = ['instance', 'job']

const process = new Registry()
collectDefaultMetrics({ register: process })

/** The labels of every name that a sample can have. */
const samples = new Map<string, readonly string[]>([
  ['up', []],
  ...process.getMetricsAsArray().map(({ name }): [string, string[]] => [name, []]),
  ...families.flatMap(({ name, type, labels }): [string, readonly string[]][] =>
    type === 'histogram'
      ? [
          [`${name}_bucket`, [...labels, 'le']],
          [`${name}_sum`, labels],
          [`${name}_count`, labels]
        ]
      : [[name, labels]]
  )
])

/** What is wrong with a query: its grammar, names that do not exist, labels that its metrics do not have. */
function problemsOf(query: string): string[] {
  // Grafana puts a duration and a text there.
  const text = query.replaceAll(/\$__\w+/g, '5m').replaceAll(/\$\w+/g, 'x')
  const problems: string[] = []
  const labels = new Set<string>()
  const names = new Set<string>()
  parser.parse(text).iterate({
    enter({ name, from, to, node }) {
      const own = text.slice(from, to)
      if (node.type.isError) problems.push(`grammar at ${from}`)
      if (name === 'Identifier' && node.parent?.name === 'VectorSelector') names.add(own)
      if (name === 'LabelName') labels.add(own)
    }
  })
  if (names.size === 0) problems.push('no metrics')
  const known = new Set(scraped)
  for (const name of names) {
    if (!samples.has(name)) problems.push(`no metrics \`${name}\``)
    for (const label of samples.get(name) ?? []) known.add(label)
  }
  for (const label of labels) if (!known.has(label)) problems.push(`no label \`${label}\``)
  return problems
}

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly annotations: { readonly summary: string; readonly description?: string }
}

const rules = (
  parse(read('observability/alerts.yaml')) as { groups: { rules: Rule[] }[] }
).groups.flatMap((group) => group.rules)

interface Dashboard {
  readonly panels: readonly {
    readonly title: string
    readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[]
  }[]
  readonly annotations: { readonly list: readonly { readonly expr: string }[] }
  readonly templating: {
    readonly list: readonly { readonly type: string; readonly query: string }[]
  }
}

const dashboard = JSON.parse(read('observability/grafana-dashboard.json')) as Dashboard

describe('what is told about metrics', () => {
  test('the examiner finds what is wrong with a query', () => {
    expect(problemsOf('rate(agentguard_checks_total[5m])')).toEqual([])
    expect(problemsOf('rate(agentguard_check_total[5m])')).toEqual([
      'no metrics `agentguard_check_total`'
    ])
    expect(problemsOf('agentguard_request_duration_ms')).toHaveLength(1)
    expect(problemsOf('sum by (agent) (agentguard_checks_total)')).toEqual(['no label `agent`'])
    expect(problemsOf('agentguard_checks_total{scope="a"}')).toEqual(['no label `scope`'])
    expect(problemsOf('sum(agentguard_checks_total')).not.toEqual([])
    expect(problemsOf('1')).toEqual(['no metrics'])
  })

  test.each(rules)('the rule $alert asks for what exists', ({ expr, annotations }) => {
    expect(problemsOf(expr)).toEqual([])
    expect(annotations.summary).toBeTruthy()
  })

  // An increase is from one sample to the next: of a sample that comes into being, the first is not seen, and
  // where notifications are lost there is often one. `lost` and `given_up` came into being like that.
  test.each(rules.filter(({ expr }) => expr.includes('increase(')))(
    'what the rule $alert waits for is there from the start, at 0',
    async ({ expr }) => {
      const printed = await createMeters({ withProcess: false }).render({ detail: true })
      for (const [, name, matchers = ''] of expr.matchAll(/increase\((\w+)(?:\{(.*?)\})?\[/g)) {
        expect(printed).toMatch(new RegExp(`^${name}(\\{.*\\})? 0$`, 'm'))
        for (const [, label, values = ''] of matchers.matchAll(/(\w+)=~?"(.*?)"/g)) {
          for (const value of values.split('|')) {
            expect(printed).toMatch(new RegExp(`^${name}\\{.*${label}="${value}".*\\} 0$`, 'm'))
          }
        }
      }
    }
  )

  const targets = dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map((target) => ({ title, ...target }))
  )

  test.each(targets)('the panel "$title" asks for what exists', ({ expr, legendFormat }) => {
    expect(problemsOf(expr)).toEqual([])
    // A legend can only name what the query has left.
    for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) expect(expr).toContain(label)
  })

  test('what the dashboard is chosen and annotated by exists', () => {
    for (const { expr } of dashboard.annotations.list) expect(problemsOf(expr)).toEqual([])
    const queries = dashboard.templating.list.filter(({ type }) => type === 'query')
    for (const { query } of queries) {
      const [, name = '', label = ''] = /^label_values\((\w+), (\w+)\)$/.exec(query) ?? []
      expect([...(samples.get(name) ?? []), ...scraped]).toContain(label)
    }
  })

  test('docs/observability.md lists exactly the metrics that exist, with type and labels', () => {
    const rows = [
      ...read('observability.md').matchAll(/^\| `(agentguard_\w+)` +\| (.*?) +\| (.*?) +\|/gm)
    ]
    const told = rows.map(([, name, type, labels]) => [name, type, labels])
    expect(told).toEqual(
      families.map(({ name, type, labels }) => [
        name,
        type,
        labels.map((label) => `\`${label}\``).join(', ')
      ])
    )
  })

  test('docs/observability.md lists exactly the named events that exist', () => {
    const rows = [...read('observability.md').matchAll(/^\| `(\w+)` +\| `(\w+)` +\|/gm)]
    for (const [, type, name] of rows) expect(type).toBe(name)
    expect(rows.map(([, type]) => type)).toEqual([...namedEvents])
  })
})
