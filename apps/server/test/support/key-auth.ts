import { textAnswer } from '../../src/http/answer.ts'
import type { Auth } from '../../src/http/auth/auth.ts'
import { keyPrincipal, openPrincipal } from '../../src/http/auth/principal.ts'

/** A gate that knows one key, or, without one, lets everybody in. */
export function keyAuth(key: string | undefined): Pick<Auth, 'isOpen' | 'authorize'> {
  return {
    isOpen: () => key === undefined,
    authorize(request) {
      if (key === undefined) return { ok: true, principal: openPrincipal }
      if (request.header('authorization') === `Bearer ${key}`)
        return { ok: true, principal: keyPrincipal }
      const answer = textAnswer(401, 'Unauthorized')
      return {
        ok: false,
        code: 'unauthenticated',
        rule: 'deny:access:unauthenticated',
        reason: 'Unauthorized',
        answer
      }
    }
  }
}
