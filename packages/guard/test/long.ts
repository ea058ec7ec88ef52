/** Whether the long versions of the tests run. */
export const long: boolean = process.env['AGENTGUARD_LONG_TESTS'] === '1'

/** A seed, said so that a failure can be repeated: set AGENTGUARD_TEST_SEED to it. */
export function seedOf(name: string): number {
  const given = process.env['AGENTGUARD_TEST_SEED']
  const seed = given === undefined ? Math.trunc(Math.random() * 2 ** 31) : Number(given)
  console.log(`${name}: seed ${seed}`)
  return seed
}
