import type { Shell } from '../context.ts'
import type { Range } from './findings.ts'
import { shellLimits } from './limits.ts'
import { State } from './state.ts'
import type { Walk } from './walk.ts'

const shellsByName: ReadonlyMap<string, Shell> = new Map([
  ['bash', 'bash'],
  ['rbash', 'bash'],
  ['sh', 'sh'],
  ['dash', 'sh'],
  ['ash', 'sh'],
  ['ksh', 'sh'],
  ['mksh', 'sh'],
  ['zsh', 'zsh'],
  ['fish', 'fish']
])

function baseName(shell: string): string {
  return shell.slice(shell.lastIndexOf('/') + 1)
}

/** Whether a shell reads its scripts in a way that is understood here. */
export function isShellText(shell: string): boolean {
  return shellsByName.has(baseName(shell))
}

/** Walks a script that is given to a new shell. */
export function walkShellText(walk: Walk, text: string, range: Range, shell: string): void {
  if (walk.depth > shellLimits.maxDepth) {
    return walk.findings.addUnknown('the scripts are nested too deeply', range, text)
  }
  const state = new State()
  state.directories = walk.state.directories
  const kind = shellsByName.get(baseName(shell))
  walk.interpreter.text(walk.with({ state, shell: kind, deeper: true }), text, range)
}
