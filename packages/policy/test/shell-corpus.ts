import { compilePolicy } from '../src/compile-policy.ts'
import type { Policy } from '../src/policy.ts'
import { readVectors } from './vector-line.ts'

/** A command of the corpus: `evil` is the program that must not run. */
export interface CorpusLine {
  readonly id: string
  readonly category: string
  readonly command: string
  readonly expect: 'ALLOW' | 'not ALLOW'
}

export const shellCorpus: readonly CorpusLine[] = readVectors<CorpusLine>('shell-corpus.jsonl')

const tools =
  'echo cat ls true false pwd git find sed sort grep printf test [ read cd head tail wc uniq export declare unset let set : mkdir'.split(
    ' '
  )

/** The corpus's policy, with or without effects. */
export function corpusPolicyWith(matching: 'effects' | 'literal'): Policy {
  const allow = tools.flatMap((tool) => [`{pattern: '${tool}'}`, `{pattern: '${tool} *'}`])
  const compiled = compilePolicy(
    `version: "1"\nname: corpus\nrules: [{scope: shell, matching: ${matching}, deny: [{pattern: evil}, {pattern: evil *}], allow: [${allow.join(', ')}]}]\n`
  )
  if (!compiled.ok) throw new Error(compiled.issues[0]?.message)
  return compiled.policy
}

export const corpusPolicy: Policy = corpusPolicyWith('effects')
