import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mayDo, type Need, permissions, type Role, roles } from '../src/index.ts'

const needs: readonly Need[] = ['check', 'follow', 'report', 'read', 'write', 'admin']

describe('who may do what', () => {
  test.each<[Role, ...string[]]>([
    ['agent', 'own', 'own', 'own', 'none', 'none', 'none'],
    ['approver', 'none', 'any', 'none', 'any', 'any', 'none'],
    ['auditor', 'none', 'any', 'none', 'any', 'none', 'none'],
    ['admin', 'any', 'any', 'any', 'any', 'any', 'any']
  ])('is for the role %s as it was decided', (role, ...expected) => {
    expect(needs.map((need) => permissions[role][need])).toEqual(expected)
    expect(needs.map((need) => mayDo(role, need))).toEqual(expected.map((one) => one !== 'none'))
  })

  test('has a row for every role and a column for every need, and nothing else', () => {
    expect(Object.keys(permissions).toSorted()).toEqual([...roles].toSorted())
    for (const row of Object.values(permissions)) expect(Object.keys(row)).toEqual(needs)
  })

  test('is the table of docs/access.md', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/access.md'), 'utf8')
    for (const role of roles) {
      const cells = new RegExp(`^\\| \`${role}\` *\\|(.*)\\|$`, 'm').exec(page)?.[1]?.split('|')
      expect(cells?.map((cell) => cell.trim())).toEqual(
        needs.map((need) => permissions[role][need])
      )
    }
  })

  test('lets nobody but an administrator both ask and answer', () => {
    const both = roles.filter((role) => mayDo(role, 'check') && mayDo(role, 'write'))
    expect(both).toEqual(['admin'])
  })
})
