import { type AST, RegExpParser, visitRegExpAST } from '@eslint-community/regexpp'
import { checkSync } from 'recheck'
import { analyse } from 'scslre'

/** A regular expression as it stands in a file. */
export interface Regexp {
  readonly source: string
  readonly flags: string
}

const parser = new RegExpParser()

/** Why an engine that goes back may take more than linear time for a text; undefined if it does not. */
export function findSlowness({ source, flags }: Regexp): string | undefined {
  const [report] = analyse({ source, flags }, { maxReports: 1 }).reports
  if (report) return report.exponential ? 'exponential' : 'polynomial'
  const pattern = parser.parsePattern(source, 0, source.length, {
    unicode: flags.includes('u'),
    unicodeSets: flags.includes('v')
  })
  return mayBeAmbiguous(pattern) ? findAmbiguity(pattern, flags) : undefined
}

/** Whether something that is repeated without end can be read in several ways, as far as its form says. */
function mayBeAmbiguous(pattern: AST.Pattern): boolean {
  let found = false
  visitRegExpAST(pattern, {
    onQuantifierEnter({ max, element }) {
      if (max !== Number.POSITIVE_INFINITY) return
      if (element.type !== 'Group' && element.type !== 'CapturingGroup') return
      if (element.alternatives.length > 1) found = true
      visitRegExpAST(element, {
        onQuantifierEnter(inner) {
          if (inner.min !== inner.max) found = true
        }
      })
    }
  })
  return found
}

/** What `scslre` does not see: alternatives that have texts in common. */
function findAmbiguity(pattern: AST.Pattern, flags: string): string | undefined {
  process.env['RECHECK_BACKEND'] = 'pure'
  const checked = checkSync(withoutLookaround(pattern), flags, {
    checker: 'automaton',
    timeout: 60_000
  })
  if (checked.status === 'unknown') return 'it cannot be told'
  return checked.complexity.type === 'exponential' ? 'exponential' : undefined
}

/** Looking around only takes readings away, and the automaton knows nothing of it. */
function withoutLookaround({ raw, alternatives }: AST.Pattern): string {
  const ranges: AST.Node[] = []
  for (const alternative of alternatives) {
    visitRegExpAST(alternative, {
      onAssertionEnter(node) {
        const isLook = node.kind === 'lookahead' || node.kind === 'lookbehind'
        if (isLook && !ranges.some(({ end }) => end > node.start)) ranges.push(node)
      }
    })
  }
  return ranges.reduceRight((text, { start, end }) => text.slice(0, start) + text.slice(end), raw)
}
