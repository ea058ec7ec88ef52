import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bearerOf } from '../../../src/http/auth/bearer.ts'
import { readCookie } from '../../../src/http/auth/cookies.ts'

describe('a cookie', () => {
  test.each<[string | undefined, string | undefined]>([
    [undefined, undefined],
    ['', undefined],
    ['ag_session=a', 'a'],
    ['x=1; ag_session=a; y=2', 'a'],
    ['x=1;ag_session = a ;y', 'a'],
    ['ag_session=', ''],
    ['ag_session=a=b', 'a=b'],
    ['AG_SESSION=a', undefined],
    ['xag_session=a', undefined],
    ['ag_session', undefined],
    ['ag_session=planted; ag_session=own', undefined],
    ['ag_session=; ag_session=own', undefined]
  ])('is read from %j as %j', (header, value) => {
    expect(readCookie(header, 'ag_session')).toBe(value)
  })

  test('is read from any header without throwing', () => {
    const header = fc.string({ unit: fc.constantFrom(...'ag_session=; \u0000é'), maxLength: 60 })
    fc.assert(fc.property(header, (text) => typeof readCookie(text, 'a') !== 'object'))
  })
})

describe('a Bearer', () => {
  test.each<[string | undefined, string | undefined]>([
    [undefined, undefined],
    ['Bearer x', 'x'],
    ['Bearer  x', ' x'],
    ['Bearer ', undefined],
    ['Bearer', undefined],
    ['bearer x', undefined],
    [' Bearer x', undefined],
    ['Basic x', undefined]
  ])('in %j is %j', (header, value) => {
    expect(bearerOf(header)).toBe(value)
  })
})
