import { compilePolicy } from '../../src/compile-policy.ts'
import type { EffectContext } from '../../src/effects/context.ts'

/** The decisions on commands under a policy that allows all but `evil`, with some rules for files. */
export function checkerOf(
  filesystem: string
): (command: string, context?: EffectContext) => string {
  const rules = `
  - scope: shell
    deny: [{ pattern: "evil *" }]
    allow: [{ pattern: "*" }]
  - scope: network
    allow: [{ domain: "localhost" }, { domain: "other.example" }]
  - scope: filesystem
${filesystem}`
  const compiled = compilePolicy(`version: "1"\nname: programs\nrules:${rules}\n`)
  if (!compiled.ok) throw new Error(compiled.issues[0]?.message)
  const { policy } = compiled
  const known = { shell: 'bash', cwd: '/w', home: '/home/me' } as const
  return (command, context = known) =>
    policy.check({ scope: 'shell', command }, undefined, context).decision
}

/** Rules that allow all that can be done with files. */
export const everything: string = ['read', 'write', 'delete']
  .map((action) => `      - { action: ${action}, paths: ["**", "/**"] }`)
  .join('\n')

/** The same where some paths are denied. */
export const denying = (...paths: readonly string[]): ReturnType<typeof checkerOf> =>
  checkerOf(`    deny: [{ paths: ${JSON.stringify(paths)} }]\n    allow:\n${everything}`)
