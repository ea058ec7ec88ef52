import { connectFinding } from './connect-finding.ts'
import { isDangerousVariable } from './environment.ts'
import { expandPart, expandUnsplit, expandWord } from './expand-word.ts'
import { fileFinding } from './file-findings.ts'
import type { Redirection } from './parse-script.ts'
import type { ExpandedWord } from './pieces.ts'
import type { Walk } from './walk.ts'

/** What redirections read, write and connect to. */
export function walkRedirections(walk: Walk, redirections: readonly Redirection[]): void {
  if (!walk.findings.canRun(redirections.length)) return
  for (const redirection of redirections) walkRedirection(walk, redirection)
}

function walkRedirection(walk: Walk, redirection: Redirection): void {
  const { descriptor } = redirection
  if (descriptor?.type === 'FileDescriptorVariable') {
    walk.state.assign(descriptor.name, 'number')
    if (isDangerousVariable(descriptor.name)) {
      walk.unknown('the name of a descriptor is evaluated, or changes what runs', redirection)
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
  if (!target) {
    walk.unknown('a redirection has no target', redirection)
    return
  }
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
  if (operator === '>&' && !/^[\w./@%+=:,-]+$/.test(word.text ?? '')) {
    // bash expands it once more when it turns out to be no number.
    walk.findings.addUnknown('the target of `>&` is expanded twice', word, word.written)
  }
  const device = /^\/dev\/(tcp|udp)\/([^/]*)\/(.*)$/s.exec(word.prefix)
  if (word.prefix.startsWith('/dev/tcp') || word.prefix.startsWith('/dev/udp')) {
    connectFinding(walk, { form: 'host', text: device?.[2], port: device?.[3], word })
    return
  }
  if (operator === '<' || operator === '<&') {
    fileFinding(walk, 'read', word)
    return
  }
  if (operator === '<>') fileFinding(walk, 'read', word)
  if (word.pieces.some((piece) => piece.kind === 'hole' && piece.shape === 'glob')) {
    walk.findings.addUnknown('which file it writes is only known when it runs', word, word.written)
  }
  fileFinding(walk, 'write', word)
}
