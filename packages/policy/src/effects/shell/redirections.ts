import { expandPart, expandUnsplit, expandWord } from './expand-word.ts'
import { connectFinding, fileFinding } from './file-findings.ts'
import type { Redirection } from './parse-script.ts'
import type { ExpandedWord } from './pieces.ts'
import type { Walk } from './walk.ts'

/** What redirections read, write and connect to. */
export function walkRedirections(walk: Walk, redirections: readonly Redirection[]): void {
  for (const redirection of redirections) walkRedirection(walk, redirection)
}

function walkRedirection(walk: Walk, redirection: Redirection): void {
  const { descriptor } = redirection
  if (descriptor?.type === 'FileDescriptorVariable') {
    walk.state.assign(descriptor.name, 'number')
    if (!/^[A-Za-z_]\w*$/.test(descriptor.name)) {
      walk.unknown('the name of a descriptor is evaluated', redirection)
    }
  }
  if (redirection.type === 'HereDoc') {
    // Quoted, it has no parts; else its text is expanded.
    for (const part of redirection.body.parts ?? []) expandPart(walk, part, true)
    if (!redirection.delimiter || !redirection.closing) {
      walk.unknown('the end of the here-document is missing', redirection)
    }
    return
  }
  const { target } = redirection
  if (!target) return walk.unknown('a redirection has no target', redirection)
  if (redirection.type === 'HereString') {
    expandUnsplit(walk, target)
    return
  }
  // zsh reads `>!` and `>&!` as an operator of its own.
  if (target.text.startsWith('!')) walk.onlyBash('`!` after a redirection', redirection)
  for (const word of expandWord(walk, target)) redirectTo(walk, redirection.operator, word)
}

type Operator = Extract<Redirection, { type: 'Redirect' }>['operator']

function redirectTo(walk: Walk, operator: Operator, word: ExpandedWord): void {
  const duplicates = operator === '>&' || operator === '<&'
  if (duplicates && word.text !== undefined && /^(\d+-?|-)$/.test(word.text)) return
  // `2>&$n`, where n is a number.
  if (duplicates && word.text === undefined && operator === '<&') return
  const device = /^\/dev\/(tcp|udp)\/([^/]*)\/(.*)$/s.exec(word.prefix)
  if (word.prefix.startsWith('/dev/tcp') || word.prefix.startsWith('/dev/udp')) {
    return connectFinding(walk, { form: 'host', text: device?.[2], port: device?.[3], word })
  }
  if (operator === '<' || operator === '<&') return fileFinding(walk, 'read', word)
  if (operator === '<>') fileFinding(walk, 'read', word)
  fileFinding(walk, 'write', word)
}
