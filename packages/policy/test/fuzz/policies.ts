import { compilePolicy } from '../../src/compile-policy.ts'
import type { Policy } from '../../src/policy.ts'

const tools =
  'echo cat ls true false pwd git find sed sort grep printf test [ read cd head tail wc uniq export declare unset let set : mkdir wait break sleep f'.split(
    ' '
  )

/** Allows a few harmless programs and denies the marker. */
export function strictPolicy(marker: string): Policy {
  const allow = tools.flatMap((tool) => [`{pattern: '${tool}'}`, `{pattern: '${tool} *'}`])
  return policyOf(`deny: [{pattern: ${marker}}, {pattern: '${marker} *'}], allow: [${allow.join(', ')}]`)
}

/** Allows whatever is not denied. */
export function widePolicy(marker: string): Policy {
  return policyOf(`deny: [{pattern: ${marker}}, {pattern: '${marker} *'}], allow: [{pattern: '*'}]`)
}

function policyOf(rules: string): Policy {
  const compiled = compilePolicy(`version: "1"\nname: fuzz\nrules: [{scope: shell, ${rules}}]\n`)
  if (!compiled.ok) throw new Error('the policy of the fuzzer does not compile')
  return compiled.policy
}
