import type { Ratio } from './measure.ts'

/** Prints rows under a heading, in columns. The first column is text, the others are numbers. */
export function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0))
  )
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] as number
        return column === 0 ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('  ')
      .trimEnd()
  console.log(line(header))
  console.log(widths.map((width) => '-'.repeat(width)).join('  '))
  for (const row of rows) console.log(line(row))
  console.log()
}

/** Three significant digits, thousands apart. */
export function shown(value: number): string {
  if (value >= 1000) return Math.round(Number(value.toPrecision(3))).toLocaleString('en-US')
  return String(Number(value.toPrecision(3)))
}

export function shownTimes(value: number): string {
  return `${shown(value)}×`
}

export function shownRatio({ medians, minima }: Ratio): string {
  return `${shownTimes(medians)} (${shownTimes(minima)})`
}

/** What was set out to be reached, and what was measured. */
export interface Target {
  readonly name: string
  readonly goal: string
  readonly measured: string
  readonly met: boolean
  /** What is still further than the goal, and whether that was reached too. */
  readonly beyond?: { readonly goal: string; readonly met: boolean }
}

export function printTargets(targets: readonly Target[]): void {
  console.log('Targets\n')
  const rows = targets.map(({ name, goal, measured, met, beyond }) => [
    name,
    goal,
    measured,
    met ? 'met' : 'MISSED',
    beyond ? `${beyond.goal}: ${beyond.met ? 'met' : 'not met'}` : ''
  ])
  printTable(['target', 'goal', 'measured', '', 'beyond'], rows)
}
