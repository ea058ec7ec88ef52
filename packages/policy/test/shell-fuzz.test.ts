import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fuzz } from './fuzz/fuzz.ts'

const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31)
const hasBash = existsSync('/bin/bash') && existsSync('/usr/bin/timeout')

test.runIf(hasBash)(
  'no script that a policy allows runs the program that it denies, under bash or sh',
  async () => {
    const { scripts, allowed, escapes } = await fuzz(seed, 5000)
    console.log(`seed ${seed}: ${scripts} scripts, ${allowed} allowed and run`)
    expect(escapes).toEqual([])
    // A generator that is never allowed anything would prove nothing.
    expect(allowed / scripts).toBeGreaterThan(0.3)
  },
  180_000
)

test.runIf(hasBash)(
  'a policy that looks at the first word alone is found out',
  async () => {
    const { escapes } = await fuzz(1, 400, (script) =>
      /^(echo|cat|true|ls)\b/.test(script) ? ['bash'] : []
    )
    expect(escapes.length).toBeGreaterThan(5)
  },
  60_000
)
