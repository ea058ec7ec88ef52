import type { Word } from '../shell/word.ts'
import { script, unknown, write } from './outcomes.ts'
import type { ProgramEffect } from './program-effect.ts'
import { wordOf } from './slice-word.ts'

/** How many parts of statements are looked at; what comes behind is not understood. */
const maxSteps = 5000

/** Words that run programs, read other files or load code, wherever they stand. */
const powerful = /system|getline|ARGV|ARGC|PROCINFO|@|\\\n/

/**
 * What a program of awk does beside printing. Output goes elsewhere only in a statement that starts
 * with `print` or `printf`, so those are read from each such word on; what is not certain there, and
 * every other way to reach out, is unknown.
 */
export function effectsOfAwkProgram(text: string, at: Word): readonly ProgramEffect[] {
  if (powerful.test(text)) return [unknown('a program of awk may run others', at)]
  const steps = { left: maxSteps }
  return [...text.matchAll(/print(?:f\b)?/g)].flatMap((match) => {
    const from = redirection(text, match.index + match[0].length, steps)
    return from === undefined ? [] : target(text.slice(from), at)
  })
}

/** Where the output of a statement is redirected, or where that cannot be told any more. */
function redirection(text: string, from: number, steps: { left: number }): number | undefined {
  const token = /"(?:[^"\\\n]|\\[^\n])*"|\|\||>=|[\s\S]/gy
  token.lastIndex = from
  let depth = 0
  let last = ''
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [part] = match
    steps.left -= 1
    if (steps.left < 0) return text.length
    if (/^["/#`]$/.test(part)) return uncertain(text, match.index)
    depth += depthOf(part)
    if (part === '|' || (part.startsWith('>') && depth <= 0)) return match.index
    if (endsStatement(part, last)) return undefined
    if (part.trim() !== '') last = part
  }
  return undefined
}

function depthOf(part: string): number {
  if (part === '(' || part === '[') return 1
  return part === ')' || part === ']' ? -1 : 0
}

function endsStatement(part: string, last: string): boolean {
  return part === ';' || part === '}' || (part === '\n' && !/[,{&|?:]/.test(last))
}

/** Where `/` may start a pattern or divide, any later sign of a redirection counts. */
function uncertain(text: string, from: number): number | undefined {
  const rest = text.slice(from).replace(/\|\|/g, '  ')
  const at = rest.search(/[|>]/)
  return at < 0 ? undefined : text.length
}

const literal = /^(\||>>?)[ \t]*"([^"\\\n]*)"[ \t]*(?:[;}\n]|$)/

function target(rest: string, at: Word): readonly ProgramEffect[] {
  const [, sign, name = ''] = literal.exec(rest) ?? []
  if (sign === undefined || name.startsWith('/inet')) {
    return [unknown('where a program of awk prints to is not known', at)]
  }
  const word = wordOf(name, at)
  return sign === '|' ? script(word, 'sh') : write(word)
}
