import { expect, test } from 'vitest'
import { corsHeaders } from '../../src/http/cors.ts'

const cases: [origin: string | undefined, allowed: string | undefined, isAccepted: boolean][] = [
  ['http://localhost', undefined, true],
  ['http://127.0.0.1', undefined, true],
  ['http://localhost:5173', undefined, true],
  ['http://127.0.0.1:5173', undefined, true],
  ['https://localhost', undefined, false],
  ['http://localhost.evil.example', undefined, false],
  ['http://127.0.0.1.evil.example', undefined, false],
  ['null', undefined, false],
  ['', undefined, false],
  [undefined, undefined, false],
  ['https://ops.example', 'https://ops.example', true],
  ['https://ops.example/', 'https://ops.example', false],
  ['https://OPS.example', 'https://ops.example', false],
  ['http://localhost:5173', 'https://ops.example', false]
]

test.each(cases)('origin %j with --allowed-origin %j: %j', (origin, allowed, isAccepted) => {
  const headers = corsHeaders(origin, allowed)
  expect(headers['Vary']).toBe('Origin')
  expect(headers['Access-Control-Allow-Origin']).toBe(isAccepted ? origin : undefined)
})
