import { readFileSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { renderReference } from '../../scripts/render-reference.ts'
import { routeTemplate } from '../../src/http/route-template.ts'
import { createDocument } from '../../src/openapi/create-document.ts'
import type { MediaType, RequestBody, Response } from '../../src/openapi/document.ts'
import { operationsOf, resolve } from '../../src/openapi/operations.ts'
import { closed, fill, parametersOf } from './described.ts'

const docs = new URL('../../../../docs/', import.meta.url)
const document = createDocument()
const operations = operationsOf(document)
const text = JSON.stringify(document)

function read(name: string): string {
  return readFileSync(new URL(name, docs), 'utf8')
}

/** Without what aligns tables. */
function compact(markdown: string): string {
  return markdown.replaceAll(/ {2,}/g, ' ').replaceAll(/-{3,}/g, '---')
}

describe('the OpenAPI document', () => {
  test('is valid', async () => {
    const validator = new Validator()
    const { valid, errors } = await validator.validate(JSON.parse(text))
    expect([valid, errors ?? []]).toEqual([true, []])
    expect(validator.version).toBe('3.1')
  })

  // If one of these fails, run `pnpm openapi`.
  test('is the one in docs', () => {
    expect(JSON.parse(read('openapi.json'))).toEqual(JSON.parse(text))
  })
  test('is what the reference page says, with every route and status', () => {
    expect(compact(read('api.md'))).toBe(compact(renderReference(document)))
  })

  test('says nothing of the machine or version that made it', () => {
    expect(text).not.toMatch(/\/tmp|\/home|\/work|file:|node_modules|0\.0\.0/)
    expect(document.servers.map(({ url }) => url)).toEqual(['/'])
  })

  test('has references that lead somewhere, and components that something refers to', () => {
    const refs = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, $ref = '']) => $ref))
    for (const $ref of refs) expect(() => resolve<object>(document, { $ref })).not.toThrow()
    const { securitySchemes: _, ...components } = document.components
    const all = Object.entries(components).flatMap(([kind, named]) =>
      Object.keys(named).map((name) => `#/components/${kind}/${name}`)
    )
    expect(all.filter((one) => !refs.has(one))).toEqual([])
  })

  test('names each operation once, in words, under a tag that is explained', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    const tags = document.tags.map(({ name }) => name)
    for (const { path, operation } of operations) {
      expect(tags, path).toContain(operation.tags[0])
      expect(operation.summary, path).toMatch(/^[A-Z].*[^.]$/)
      expect(operation.description?.length, path).toBeGreaterThan(20)
      for (const response of Object.values(operation.responses)) {
        const { description } = resolve<Response>(document, response)
        expect(description.length, `${path}: ${JSON.stringify(response)}`).toBeGreaterThan(5)
      }
    }
  })

  test('has a parameter for each variable of a path, and no other', () => {
    for (const { path, operation } of operations) {
      const variables = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const parameters = parametersOf(document, operation).filter((one) => one.in === 'path')
      expect(parameters.map(({ name }) => name).sort(), path).toEqual(variables.sort())
    }
  })

  test('names only security schemes that it has, and none where a route is open', () => {
    const known = Object.keys(document.components.securitySchemes)
    for (const { path, operation } of operations) {
      const named = operation.security.flatMap((way) => Object.keys(way))
      expect(known, path).toEqual(expect.arrayContaining(named))
      const isOpen = operation.security.some((way) => Object.keys(way).length === 0)
      const need = operation['x-agentguard-permission']
      expect(isOpen, path).toBe(need === 'none' || need === 'check')
    }
  })

  test('has examples that fit what they are examples of', () => {
    const ajv = new Ajv2020({ strict: false })
    const components = closed(document.components)
    let count = 0
    for (const { path, operation } of operations) {
      const { responses, requestBody } = operation
      const media = [requestBody, ...Object.values(responses)].flatMap((one) =>
        one ? mediaOf(resolve<Response | RequestBody>(document, one)) : []
      )
      for (const { schema, examples = {} } of media) {
        const check = ajv.compile({ ...closed(schema), components })
        for (const { value } of Object.values(examples)) {
          count++
          expect([check(value), check.errors ?? [], path]).toEqual([true, [], path])
        }
      }
    }
    expect(count).toBeGreaterThan(100)
  })

  test('has paths that the metrics of requests know', () => {
    for (const path of Object.keys(document.paths)) {
      expect(routeTemplate(fill(path, { tenant: 'acme', id: 'x' }))).toBe(path)
    }
  })
})

function mediaOf({ content = {} }: Response | RequestBody): readonly MediaType[] {
  return Object.values(content)
}
