import { type Matching, type ScoreLine, scoreboard, total } from './scoreboard.ts'

function row(name: string, decisions: ScoreLine['decisions']): string {
  const { ALLOW, REQUIRE_APPROVAL, DENY } = decisions
  const numbers = [ALLOW, REQUIRE_APPROVAL, DENY].map((count) => String(count).padStart(8))
  return `${name.padEnd(48)}${numbers.join('')}`
}

for (const matching of ['literal', 'effects'] satisfies Matching[]) {
  const lines = scoreboard(matching)
  console.log(`\nmatching: ${matching}`.padEnd(49), '  allowed   asked  denied')
  for (const kind of ['attack', 'benign'] as const) {
    for (const line of lines.filter((one) => one.kind === kind)) {
      console.log(row(`  ${line.category}`, line.decisions))
    }
    console.log(row(kind === 'attack' ? 'ATTACKS' : 'BENIGN', total(lines, kind)))
  }
}
