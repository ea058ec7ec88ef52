import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createJsonSchema } from '../scripts/create-json-schema.ts'

const shipped = JSON.parse(readFileSync(new URL('../schema.json', import.meta.url), 'utf8'))

test('the JSON Schema that is shipped is the one that the schemas make', () => {
  // If this fails, run `pnpm schema`.
  expect(shipped).toEqual(createJsonSchema())
})

test('every wire object is in it, and every one of its members has a description', () => {
  expect(Object.keys(shipped.$defs)).toEqual([
    'ActionRequest',
    'FurtherAction',
    'CheckResult',
    'Decision',
    'RuleSource',
    'Effect',
    'Approval',
    'ApprovalStatus',
    'AuditEntry',
    'AuditMetaLine',
    'Health',
    'HealthReport',
    'ErrorBody'
  ])
  const undescribed = Object.entries(shipped.$defs).flatMap(([name, def]) =>
    withoutDescription(def, name)
  )
  expect(undescribed).toEqual([])
})

test('every reference in it leads to an object', () => {
  const references = JSON.stringify(shipped).matchAll(/"\$ref":"#\/\$defs\/(\w+)"/g)
  const names = [...references].map(([, name]) => name)
  expect(names.length).toBeGreaterThan(0)
  for (const name of names) expect(shipped.$defs).toHaveProperty([String(name)])
})

test('what is always there is required, and what an action may leave out is not', () => {
  expect(shipped.$defs.CheckResult.required).toEqual(['decision', 'reason'])
  expect(shipped.$defs.ActionRequest).not.toHaveProperty('required')
  expect(shipped.$defs.ActionRequest.properties.meta.type).toEqual(['object', 'null'])
  expect(shipped.$defs.Approval.properties.request.$ref).toBe('#/$defs/ActionRequest')
})

interface Described {
  readonly description?: string
  readonly properties?: Readonly<Record<string, Described>>
}

function withoutDescription(schema: unknown, name: string): string[] {
  const { description, properties = {} } = schema as Described
  const nested = Object.entries(properties).flatMap(([key, member]) =>
    withoutDescription(member, `${name}.${key}`)
  )
  return description ? nested : [name, ...nested]
}
