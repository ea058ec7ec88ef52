import { type Approval, approvalSchema } from '@agentguard/protocol'
import * as v from 'valibot'
import { ApprovalsError } from './approvals-error.ts'

/** Reads an approval from its JSON. Nobody can change what is returned, and every name in a map is data. */
export function readApproval(text: string): Approval {
  const parsed = v.safeParse(approvalSchema, parse(text))
  if (parsed.success) return freeze(parsed.output)
  const path = v.getDotPath(parsed.issues[0])
  throw new ApprovalsError('corrupt_record', `a stored approval has a bad member \`${path}\``)
}

/** Makes an approval that nobody can change. */
export function freeze<T extends object>(value: T): T {
  if (Object.isFrozen(value)) return value
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) freeze(member)
  }
  return Object.freeze(value)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The error of `JSON.parse` shows a part of the text, which may be a secret.
    throw new ApprovalsError('corrupt_record', 'a stored approval is no JSON')
  }
}
