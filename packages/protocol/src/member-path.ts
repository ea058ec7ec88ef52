import { quoteName } from './quote-name.ts'

/** Writes the way to a member, such as `actions[0].command`. Names that are no plain words are quoted. */
export function memberPath(steps: readonly PropertyKey[]): string {
  return steps.reduce<string>(appendStep, '')
}

function appendStep(path: string, step: PropertyKey): string {
  if (typeof step === 'number') return `${path}[${step}]`
  const name = String(step)
  if (!/^[A-Za-z_][\w-]{0,63}$/.test(name)) return `${path}[${quoteName(name)}]`
  return path === '' ? name : `${path}.${name}`
}
