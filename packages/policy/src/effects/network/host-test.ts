import type { Rule } from '../../document.ts'
import { classesOf } from '../../host-class.ts'
import { compilePattern, compileWide } from '../../match/compile-pattern.ts'
import type { Pattern } from '../../match/pattern.ts'
import type { Effect, Endpoint } from '../effect.ts'
import { type HostRule, parseHostRule } from './host-rule.ts'

/** The `domain` of a rule, ready to be asked of places to connect to. */
export interface HostTest {
  /** For canonical hosts, and in restrictive rules for the other spellings. */
  readonly patterns: readonly Pattern[]
  /** Whether the scheme and the port that the rule names are those of the endpoint. */
  isAt(endpoint: Endpoint): boolean
}

/** Compiles a `domain`; undefined for one that no endpoint can match. */
export function hostTest(domain: string, reading: 'wide' | 'proof'): HostTest | undefined {
  const rule = parseHostRule(domain)
  if (!rule) return undefined
  const port = rule.port === undefined ? undefined : compilePattern(rule.port)
  return {
    patterns: reading === 'proof' ? [compilePattern(rule.host)] : widePatterns(rule),
    isAt: (endpoint) =>
      (rule.scheme === undefined || rule.scheme === endpoint.scheme) &&
      (port === undefined || (endpoint.port !== undefined && port.matches(endpoint.port)))
  }
}

/** A rule against one spelling of this machine is against all of them. */
function widePatterns({ host, exact }: HostRule): Pattern[] {
  const patterns = compileWide(host, 'text')
  const isLoopback = exact !== undefined && classesOf(exact).includes('loopback')
  return isLoopback ? [...patterns, compilePattern('localhost')] : patterns
}

/**
 * Whether an allow rule names what an effect says that it must: link-local and metadata hosts exactly or
 * by their class, unusual schemes by their name.
 */
export function namesEndpoint(rule: Rule): (effect: Effect) => boolean {
  const host = rule.domain === '' ? undefined : parseHostRule(rule.domain)
  const { class: named } = rule
  const isNamed = ({ domain, endpoint }: Effect, what: 'host' | 'scheme'): boolean => {
    if (what === 'scheme') return host?.scheme !== undefined && host.scheme === endpoint?.scheme
    if (host?.exact !== undefined && domain.all.includes(host.exact)) return true
    const isSpecial = named === 'link_local' || named === 'metadata'
    return isSpecial && endpoint?.classes?.includes(named) === true
  }
  return (effect) => effect.endpoint?.mustName?.every((what) => isNamed(effect, what)) ?? true
}
