const dot = /%2e/gi
const suspicious = /\/[/.%]/

/**
 * The target of a request with its path cleaned (no empty elements, no `.` and `..`), for a redirect.
 * Undefined if the path is clean.
 */
export function cleanTarget(target: string): string | undefined {
  if (!suspicious.test(target)) return undefined
  const [path = '', ...query] = target.split(/(?=\?)/)
  const cleaned: string[] = []
  const elements = path.split('/').slice(1)
  for (const element of elements) {
    const name = element.replace(dot, '.')
    if (name === '..') cleaned.pop()
    else if (name !== '' && name !== '.') cleaned.push(element)
  }
  const isDirectory = elements.at(-1) === '' && cleaned.length > 0
  const result = `/${cleaned.join('/')}${isDirectory ? '/' : ''}`
  return result === path ? undefined : result + query.join('')
}
