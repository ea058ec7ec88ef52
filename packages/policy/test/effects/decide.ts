import type { ActionRequest, Decision } from '@agentguard/protocol'
import { compilePolicy } from '../../src/compile-policy.ts'
import type { EffectContext } from '../../src/effects/context.ts'

/** Decides actions by the rules of a policy in flow style, in a context. */
export function deciderOf(
  rules: string
): (action: ActionRequest, context?: EffectContext) => Decision {
  const compiled = compilePolicy(`version: "1"\nname: test\nrules: ${rules}\n`)
  if (!compiled.ok) throw new Error(compiled.issues.map(({ message }) => message).join(', '))
  return (action, context) => compiled.policy.check(action, undefined, context).decision
}
