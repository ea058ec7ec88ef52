import { isAbsolute } from 'node:path'
import type { EffectContext, Shell } from '@agentguard/policy'
import { createPathResolver } from '@agentguard/policy/node'
import type { Arguments, Flags } from './flags.ts'

/** The flags that say where agents run what they ask for. */
export const contextFlags = {
  'agent-shell': {
    default: '',
    value: 'shell',
    meaning: 'The shell that runs the commands of agents: bash, sh, zsh, fish, powershell or cmd',
    defaultText: 'bash, without what zsh and fish would read in another way'
  },
  'agent-cwd': {
    default: '',
    value: 'directory',
    meaning: 'The working directory of agents, absolute. Relative paths are of it'
  },
  'agent-home': {
    default: '',
    value: 'directory',
    meaning: 'The home directory of agents, absolute. It is what ~ stands for'
  },
  'follow-links': {
    default: false,
    meaning:
      'The files of agents are on this machine: a path must be allowed under its real name too, with every link followed'
  }
} as const satisfies Flags

export type ReadContext =
  | { readonly ok: true; readonly context: EffectContext }
  | { readonly ok: false; readonly message: string }

const shells: readonly Shell[] = ['bash', 'sh', 'zsh', 'fish', 'powershell', 'cmd']

/** Reads where agents run what they ask for. */
export function readContext({ flags }: Pick<Arguments<typeof contextFlags>, 'flags'>): ReadContext {
  const { 'agent-cwd': cwd, 'agent-home': home } = flags
  const shell = shells.find((one) => one === flags['agent-shell'])
  if (flags['agent-shell'] !== '' && shell === undefined) {
    return wrong('agent-shell', flags['agent-shell'], shells.join(', '))
  }
  if (cwd !== '' && !isAbsolute(cwd)) return wrong('agent-cwd', cwd, 'an absolute path')
  if (home !== '' && !isAbsolute(home)) return wrong('agent-home', home, 'an absolute path')
  return {
    ok: true,
    context: {
      ...(shell === undefined ? {} : { shell }),
      ...(cwd === '' ? {} : { cwd }),
      ...(home === '' ? {} : { home }),
      ...(flags['follow-links'] ? { resolve: createPathResolver() } : {})
    }
  }
}

function wrong(name: string, value: string, expected: string): ReadContext {
  return {
    ok: false,
    message: `invalid value ${JSON.stringify(value)} for flag -${name}: expected ${expected}`
  }
}
