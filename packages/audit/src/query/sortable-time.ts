const rfc3339 = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/

/** How most times are written here. */
const inMilliseconds = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/

/** A time in a form whose texts are in the order of the times. `undefined` for what is no time. */
export function sortableTime(text: string): string | undefined {
  if (inMilliseconds.test(text)) return `${text.slice(0, -1)}000000`
  const [, seconds, fraction = '', zone] = rfc3339.exec(text) ?? []
  if (seconds === undefined || zone === undefined) return undefined
  const whole = zone === 'Z' ? seconds : inUtc(`${seconds}${zone}`)
  return whole === undefined ? undefined : `${whole}.${fraction.padEnd(9, '0')}`
}

function inUtc(time: string): string | undefined {
  const ms = Date.parse(time)
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString().slice(0, 19)
}
