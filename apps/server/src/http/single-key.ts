import { createHash, timingSafeEqual } from 'node:crypto'
import { textAnswer } from './answer.ts'
import type { Auth } from './auth/auth.ts'

/** The gate of one API key, without named credentials and sessions. Without a key everybody may do all. */
export function singleKey(apiKey: string | undefined): Auth {
  const wanted = apiKey ? digest(apiKey) : undefined
  return {
    isOpen: () => wanted === undefined,
    authorize(request, need) {
      if (wanted === undefined) return { ok: true, principal: { via: 'open', role: 'admin' } }
      const sent = /^Bearer (.+)$/.exec(request.header('authorization') ?? '')?.[1]
      if (sent !== undefined && timingSafeEqual(digest(sent), wanted)) {
        return { ok: true, principal: { via: 'bearer', role: 'admin', name: 'key' } }
      }
      if (need === 'check') return { ok: true, principal: { via: 'open', role: 'anonymous' } }
      const code = sent === undefined ? 'unauthenticated' : 'invalid_credential'
      const reason = 'Unauthorized'
      return { ok: false, code, reason, answer: textAnswer(401, reason) }
    }
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
