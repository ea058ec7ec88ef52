import type { OtherMethods } from './document.ts'

/** Of the routes that AgentGuard 1.0 bound to their methods, and of ours. */
export function only(allow: string): OtherMethods {
  return { description: `405, with \`Allow: ${allow}\`.`, status: 405, allow }
}

/** Of the older routes of AgentGuard 1.0 that are for `POST`. */
export const onlyPost: OtherMethods = { description: '405, without `Allow`.', status: 405 }

/** Of the routes of AgentGuard 1.0 that never asked for the method. */
export const anyMethod: OtherMethods = { description: 'Answered like GET.' }

/** Of what the forms of our pages send. */
export const nothingThere: OtherMethods = { description: '404.', status: 404 }
