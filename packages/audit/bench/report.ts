/** Prints rows under a heading, in columns. The first column is text, the others are numbers. */
export function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0))
  )
  for (const cells of [header, widths.map((width) => '-'.repeat(width)), ...rows]) {
    const line = cells.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number)
    )
    console.log(line.join('  ').trimEnd())
  }
  console.log()
}

/** Three significant digits, thousands apart. */
export function shown(value: number): string {
  if (value >= 1000) return Math.round(Number(value.toPrecision(3))).toLocaleString('en-US')
  return String(Number(value.toPrecision(3)))
}

interface Rates {
  readonly perSecond: number
  readonly best: number
}

/** How many times as fast one is as the other, by medians and by the best runs. */
export function ratioOf(one: Rates, other: Rates): { medians: number; bests: number } {
  return { medians: one.perSecond / other.perSecond, bests: one.best / other.best }
}
