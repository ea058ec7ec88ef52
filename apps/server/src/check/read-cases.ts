import type { ActionRequest, Decision } from '@agentguard/protocol'
import { isMap, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { closest } from '../closest.ts'
import { readStrictAction } from './parse-strict-action.ts'

/** What a policy promises about one action. */
export interface PolicyCase {
  readonly name: string
  /** Where it begins in its file, from 1. */
  readonly line: number
  readonly action: ActionRequest
  readonly expect: Decision
  /** The rule that has to decide; `null` that none does. Undefined is any. */
  readonly rule?: string | null
}

/** A file of cases: the policy that they are about, relative to the file, and what it promises. */
export type ReadCases =
  | { readonly ok: true; readonly policy: string; readonly cases: readonly PolicyCase[] }
  | { readonly ok: false; readonly problems: readonly CaseProblem[] }

/** Something that is wrong with a file of cases. */
interface CaseProblem {
  readonly line: number
  readonly message: string
}

const decisions: readonly unknown[] = ['ALLOW', 'DENY', 'REQUIRE_APPROVAL'] satisfies Decision[]

/** Reads a file of cases. What it does not know is a problem: a case that is not run must not look like one that holds. */
export function readCases(text: string): ReadCases {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const lineOf = (node: unknown): number =>
    lines.linePos((node as Node | null)?.range?.[0] ?? 0).line
  const [broken] = document.errors
  if (broken)
    return wrong(lines.linePos(broken.pos[0]).line, broken.message.split('\n', 1)[0] ?? '')
  const root = document.contents
  if (!isMap(root)) return wrong(1, 'expected `policy` and `cases`')
  const whole = readValue(document)
  if (whole === undefined) return wrong(1, 'an alias names nothing, or there are too many')
  const list = root.get('cases', true)
  const problem = findUnknown(whole, ['policy', 'cases'])
  if (problem !== undefined) return wrong(lineOf(root), problem)
  const { policy } = whole
  if (typeof policy !== 'string' || policy === '') {
    return wrong(lineOf(root), 'policy: expected the policy file, relative to this one')
  }
  if (!isSeq(list) || list.items.length === 0) {
    return wrong(lineOf(list ?? root), 'cases: expected a list with at least one case')
  }
  const cases: PolicyCase[] = []
  const problems: CaseProblem[] = []
  for (const [at, value] of (whole['cases'] as unknown[]).entries()) {
    const line = lineOf(list.items[at])
    const read = readCase(value)
    if (typeof read === 'string') problems.push({ line, message: read })
    else cases.push({ line, ...read })
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, policy, cases }
}

function readValue(
  document: ReturnType<typeof parseDocument>
): Record<string, unknown> | undefined {
  try {
    return document.toJS()
  } catch {
    return undefined
  }
}

/** A case, or what is wrong with it. */
function readCase(value: unknown): Omit<PolicyCase, 'line'> | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'expected a case: `name`, `action`, `expect` and perhaps `rule`'
  }
  const problem = findUnknown(value, ['name', 'action', 'expect', 'rule'])
  if (problem !== undefined) return problem
  const { name, action, expect, rule } = value as Readonly<Record<string, unknown>>
  if (typeof name !== 'string' || name === '') return 'name: expected what the case shows'
  if (!decisions.includes(expect)) return 'expect: expected ALLOW, DENY or REQUIRE_APPROVAL'
  if (rule !== undefined && rule !== null && typeof rule !== 'string') {
    return 'rule: expected a rule such as "allow:shell:ls *", or null for none'
  }
  const read = readStrictAction(action)
  if (!read.ok) return `action: ${read.message}`
  const { action: asked } = read
  return {
    name,
    action: asked,
    expect: expect as Decision,
    ...(rule === undefined ? {} : { rule })
  }
}

function findUnknown(value: object, known: readonly string[]): string | undefined {
  const unknown = Object.keys(value).find((name) => !known.includes(name))
  if (unknown === undefined) return undefined
  const likely = closest(unknown, known)
  const meant = likely === undefined ? '' : ` (did you mean ${JSON.stringify(likely)}?)`
  return `unknown key ${JSON.stringify(unknown)}${meant}`
}

function wrong(line: number, message: string): ReadCases {
  return { ok: false, problems: [{ line, message }] }
}
