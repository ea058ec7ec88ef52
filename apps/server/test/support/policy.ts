import { compilePolicy, type Policy } from '@agentguard/policy'

/** A policy with one rule of each kind. */
export const policyText = `version: "1"
name: test policy
rules:
  - scope: shell
    deny:
      - pattern: "rm *"
        message: no <deleting> & such
    require_approval:
      - pattern: "npm *"
    allow:
      - pattern: "ls *"
`

/** A policy as the engine compiles it. */
export function policyOf(text: string): Policy {
  const compiled = compilePolicy(text)
  if (!compiled.ok) throw new Error(compiled.issues.map(({ message }) => message).join('\n'))
  return compiled.policy
}
