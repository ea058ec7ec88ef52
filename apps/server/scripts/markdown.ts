/** A block of code: a text as it is, all else as JSON. */
export function block(value: unknown): string {
  const [language, said] =
    typeof value === 'string' ? ['text', value.trim()] : ['json', JSON.stringify(value, null, 2)]
  return `\`\`\`${language}\n${said}\n\`\`\``
}

/** A table; empty without rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('\n', ' ').replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
