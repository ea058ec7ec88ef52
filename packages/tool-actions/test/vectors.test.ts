import { readFileSync } from 'node:fs'
import { compilePolicy } from '@agentguard/policy'
import { describe, expect, test } from 'vitest'
import { bundledToolScope, bundledToolScopes, toolCallActions } from '../src/index.ts'

function readVectors<T>(file: string): T[] {
  const text = readFileSync(new URL(`vectors/${file}`, import.meta.url), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T)
}

describe('the scope of a tool', () => {
  interface MapLine {
    readonly id: string
    readonly policy_yaml: string
    readonly results: readonly { readonly tool: string; readonly llm_scope: string }[]
  }

  test('is the recorded one, under every recorded policy', () => {
    let count = 0
    for (const { id, policy_yaml, results } of readVectors<MapLine>('toolmap.jsonl')) {
      const compiled = compilePolicy(policy_yaml)
      if (!compiled.ok) throw new Error(`${id} does not load`)
      const { toolScope } = compiled.policy
      for (const { tool, llm_scope } of results) {
        const action = toolCallActions({ name: tool }, { source: 'llm', toolScope })
        // The engine's `*` covers a literal star in a name too, as its own vectors test says.
        if (!tool.includes('*')) expect(action.scope, `${id} ${tool}`).toBe(llm_scope)
        count++
      }
    }
    expect(count).toBeGreaterThan(100)
  })

  test('is taken from the operator before the bundled table', () => {
    const options = { source: 'llm', toolScope: () => 'data' } as const
    expect(toolCallActions({ name: 'bash' }, options).scope).toBe('data')
    expect(toolCallActions({ name: 'bash' }, { source: 'llm' }).scope).toBe('shell')
  })

  test('has a bundled table, which goes by the names as they are', () => {
    expect(bundledToolScopes).toHaveLength(37)
    expect(bundledToolScope('browser_click')).toBe('browser')
    expect(['Bash', 'bash ', 'ｂａｓｈ', 'ba\u200bsh', ''].map(bundledToolScope)).toEqual(
      Array(5).fill(undefined)
    )
  })
})

interface ProjectionLine {
  readonly name: string
  readonly kind: 'parity' | 'fix' | 'weakness'
  readonly tool: string
  readonly arguments: string
  readonly projected: Readonly<Record<string, unknown>> & { readonly meta: Record<string, string> }
}

/** A text as the reference redacts it before it asks. We ask about what will run. */
function isRedactionOf(redacted: unknown, text: unknown): boolean {
  if (typeof redacted !== 'string' || typeof text !== 'string') return false
  const [head = '', ...rest] = redacted.split('[REDACTED]')
  return rest.length > 0 && text.startsWith(head) && text !== redacted
}

describe('the projection of the LLM proxy', () => {
  const lines = readVectors<ProjectionLine>('llm-projections.jsonl')

  test.each(lines.filter(({ kind }) => kind !== 'weakness'))(
    '$name: $tool is asked about as recorded, but for what was redacted',
    ({ tool, arguments: args, projected }) => {
      const action = toolCallActions({ name: tool, arguments: args }, { source: 'llm' })
      const { actions: _, unknown_effect: __, meta = {}, ...top } = action
      const { meta: recordedMeta, ...recorded } = projected
      expect(Object.keys(top).sort()).toEqual(Object.keys(recorded).sort())
      for (const [name, value] of Object.entries(recorded)) {
        const ours = top[name as keyof typeof top]
        if (!isRedactionOf(value, ours)) expect(ours, name).toBe(value)
      }
      for (const [name, value] of Object.entries(recordedMeta)) {
        if (!isRedactionOf(value, meta[name])) expect(meta[name], name).toBe(value)
      }
      const more = Object.keys(meta).filter((name) => !(name in recordedMeta))
      expect(more).toEqual(action.unknown_effect === undefined ? [] : ['arguments'])
    }
  )

  test.each(lines.filter(({ kind }) => kind === 'weakness'))(
    '$name: what the reference missed is seen or unknown',
    ({ tool, arguments: args }) => {
      const action = toolCallActions({ name: tool, arguments: args }, { source: 'llm' })
      const isSeen = action.command === "bash -lc 'rm -rf /'"
      const isNothing = tool === '' && action.scope === 'unmapped'
      expect(isSeen || isNothing || action.unknown_effect !== undefined).toBe(true)
    }
  )
})
