import type { Need } from '@agentguard/access'
import type { Answer } from '../answer.ts'
import type { Principal } from './principal.ts'
import type { RefusalCode } from './refusal.ts'

/** What the gate has to know of a request, whatever carries it. */
export interface AuthRequest {
  /** In upper case, as on the wire. */
  readonly method: string
  /** The value of a header, by its name in lower case. */
  readonly header: (name: string) => string | undefined
  /** Where the request comes from: the peer's address, or what a trusted proxy says it is. */
  readonly peer: string
}

export type Authorized =
  | { readonly ok: true; readonly principal: Principal }
  | {
      readonly ok: false
      readonly code: RefusalCode
      /** The rule of the verdict with which a check is refused. */
      readonly rule: string
      /** In words. For a check it is the reason of the verdict. */
      readonly reason: string
      /**
       * What to send. For a check it is a verdict, 200 and DENY with the rule `deny:access:<code>`, since
       * some clients take an HTTP error for a yes. Otherwise it is 401, 403, 429 or 503.
       */
      readonly answer: Answer
    }

/** Decides who somebody is, and whether they may do what they ask for. */
export interface Auth {
  /**
   * Whether the server answers everybody: it has no API key, and no named credential was ever created.
   * It may change from true to false while the server runs, and never back.
   */
  isOpen(): boolean

  /**
   * The gate: who may do what is in `permissions` of `@agentguard/access`. Where that says `own`, the route
   * has to ask `askAs` or `mayFollow`, too.
   *
   * The most common cases, a check without credentials and the API key, are answered at once;
   * whoever has no time for a promise asks `instanceof Promise`. Never throws and never rejects: a store
   * that fails refuses.
   *
   * A route calls it before it looks at the method, and before it looks up the tenant unless the route is
   * open, so that an answer does not tell whether a tenant exists.
   */
  authorize(request: AuthRequest, need: Need, tenant: string): Authorized | Promise<Authorized>
}

/** Tells somebody who they are to the server. */
export interface WhoAmI {
  /**
   * Answers `GET /auth/session`: whoever is known hears as whom, whatever they may do and in which tenant.
   * Never rejects.
   */
  whoAmI(request: AuthRequest): Promise<Answer>
}
