import { createGuessThrottle, memoryAccess } from '@agentguard/access'
import type { Auth, WhoAmI } from '../../src/http/auth/auth.ts'
import { createAuthEvents } from '../../src/http/auth/auth-events.ts'
import { createAuth } from '../../src/http/auth/create-auth.ts'

/** The gate of one API key, without named credentials and sessions. Without a key it is open. */
export function singleKey(apiKey: string | undefined): Auth & WhoAmI {
  return createAuth({
    access: memoryAccess(),
    apiKey,
    checkAuth: 'optional',
    isTls: false,
    isForeignPage: () => false,
    throttle: createGuessThrottle(),
    events: createAuthEvents({})
  })
}
