/** What the environment says to the commands. */
export interface Environment {
  readonly apiKey: string | undefined
  /** Where the server is. */
  readonly url: string | undefined
  readonly tenant: string | undefined
  /** Whether colours are wanted; undefined when the environment has no opinion. */
  readonly colour: boolean | undefined
}

/**
 * Reads the environment. AGENTGUARD_NO_UPDATE_CHECK needs no reader: nothing here ever asks for updates.
 *
 * FORCE_COLOR wins over NO_COLOR, as in Node.
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  return {
    apiKey: env['AGENTGUARD_API_KEY'] || undefined,
    url: env['AGENTGUARD_URL'] || undefined,
    tenant: env['AGENTGUARD_TENANT_ID'] || undefined,
    colour: wantsColour(env)
  }
}

function wantsColour(env: Readonly<Record<string, string | undefined>>): boolean | undefined {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: terminal } = env
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return refused || terminal === 'dumb' ? false : undefined
}
