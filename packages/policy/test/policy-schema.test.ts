import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse, parseDocument } from 'yaml'
import { hostClasses } from '../src/document.ts'
import { mappableScopes } from '../src/load/decode-tool-scopes.ts'
import { type MapKind, policyKeys } from '../src/load/keys.ts'
import { loadPolicy } from '../src/load/load-policy.ts'
import { readVectors } from './vector-line.ts'

interface MapSchema {
  readonly description?: string
  readonly properties: Readonly<
    Record<string, { readonly description?: string; readonly enum?: unknown[] }>
  >
  readonly patternProperties: object
  readonly additionalProperties: boolean
}

const text = readFileSync(new URL('../schema.json', import.meta.url), 'utf8')
const schema = JSON.parse(text) as MapSchema & {
  readonly definitions: Readonly<Record<MapKind | 'approvalRule', MapSchema>>
}
const validate = new Ajv({
  allowUnionTypes: true,
  strictNumbers: false,
  strictTypes: false
}).compile(schema)

function schemaOf(kind: MapKind): MapSchema {
  if (kind === 'policy') return schema
  return schema.definitions[kind === 'rule' ? 'approvalRule' : kind]
}

const kinds = Object.keys(policyKeys) as MapKind[]

describe('schema.json', () => {
  test.each(kinds)('has exactly the keys that the loader knows of a %s', (kind) => {
    const { known, added } = policyKeys[kind]
    const { properties, patternProperties, additionalProperties } = schemaOf(kind)
    expect(Object.keys(properties).sort()).toEqual([...known, ...added].sort())
    expect(Object.keys(patternProperties)).toEqual(['^x-'])
    expect(additionalProperties).toBe(false)
  })

  test('knows no other kind of map, and tells rules that ask from those that do not', () => {
    const { approvalRule, rule, ...rest } = schema.definitions
    expect([...Object.keys(rest), 'policy', 'rule'].sort()).toEqual([...kinds].sort())
    const onlyAsked = Object.keys(approvalRule.properties).filter(
      (key) => !(key in rule.properties)
    )
    expect(onlyAsked).toEqual(['expires', 'approvers'])
  })

  test('explains every key', () => {
    for (const kind of kinds) {
      for (const [key, { description }] of Object.entries(schemaOf(kind).properties)) {
        expect(description?.length, `${kind}.${key}`).toBeGreaterThan(10)
      }
    }
  })

  test('offers the choices that the loader takes', () => {
    const { rule, toolScope } = schema.definitions
    expect(rule.properties['class']?.enum).toEqual([...hostClasses, null])
    expect(toolScope.properties['scope']?.enum).toEqual(mappableScopes)
  })

  test('is satisfied by every recorded file that loads', () => {
    const lines = readVectors<{ id: string; policy_yaml?: string }>('load.jsonl')
    let checked = 0
    for (const { id, policy_yaml = '' } of lines) {
      if (!loadPolicy(policy_yaml).ok || beyondSchema.test(policy_yaml)) continue
      const valid = validate(firstDocument(policy_yaml))
      expect(validate.errors ?? [], id).toEqual([])
      expect(valid, id).toBe(true)
      checked++
    }
    expect(checked).toBeGreaterThan(380)
  })

  test.each([
    ['rules: [{scope: shell, dney: []}]'],
    ['rules: [{scope: shell, allow: [ls]}]'],
    ['rules: [{scope: shell, deny: [{expires: 1m}]}]'],
    ['rules: [{scope: network, deny: [{class: cloud}]}]'],
    ['agents: {bot: {override_mode: Replace}}'],
    ['rules: [{rate_limit: {max_requests: 0, window: 1m}}]'],
    ['rules: [{rate_limit: {max_requests: 3, window: 1d}}]'],
    ['tool_scope_map: [{pattern: x, scope: unmapped}]'],
    ['approvals: {quorum: 0}'],
    ['approvals: {roles: []}']
  ])('refuses %s, as the loader does', (yaml) => {
    const policy = `version: "1"\nname: example\n${yaml}\n`
    expect(loadPolicy(policy).ok).toBe(false)
    expect(validate(parse(policy))).toBe(false)
  })
})

/** What only the loader can judge: keys that hold used anchors, tags that make texts of bytes. */
const beyondSchema = /^(?:base|def): &|!!binary|agents: \{.*~: /m

function firstDocument(yaml: string): unknown {
  return parseDocument(yaml, { merge: true, logLevel: 'silent' }).toJS()
}
