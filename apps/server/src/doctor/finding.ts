/** What was found out about one thing. */
export interface Finding {
  /** Lower_snake: what programs branch on. */
  readonly id: string
  readonly status: 'ok' | 'warn' | 'fail'
  /** What is, in one line. Never with a secret in it. */
  readonly message: string
  /** What to do about it. */
  readonly fix?: string
}

export function ok(id: string, message: string): Finding {
  return { id, status: 'ok', message }
}

export function warn(id: string, message: string, fix: string): Finding {
  return { id, status: 'warn', message, fix }
}

export function fail(id: string, message: string, fix: string): Finding {
  return { id, status: 'fail', message, fix }
}
