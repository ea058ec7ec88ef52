const maxLength = 64

/**
 * Shows the name of a member in a message: in backticks, on one line, in printable ASCII, and cut when
 * it is long.
 */
export function quoteName(name: string): string {
  const shown = name.length > maxLength ? `${name.slice(0, maxLength)}...` : name
  return `\`${shown.replace(/[^ -_a-~]/g, escapeUnit)}\``
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
