import { readFileSync } from 'node:fs'

/** What the environment says to the commands. */
export interface Environment {
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
    url: env['AGENTGUARD_URL'] || undefined,
    tenant: env['AGENTGUARD_TENANT_ID'] || undefined,
    colour: wantsColour(env)
  }
}

/** What is secret in the environment. Each may also stand in a file, which a variable with `_FILE` names. */
export type SecretName =
  | 'AGENTGUARD_API_KEY'
  | 'AGENTGUARD_SLACK_SIGNING_SECRET'
  | 'AGENTGUARD_WEBHOOK_SECRET'

/** A file that the environment names and that cannot be read. */
export class EnvironmentError extends Error {}

/**
 * Reads a secret from the environment, or from the file that it names: containers and systemd hand secrets
 * over as files. Throws an `EnvironmentError` for a file that cannot be read or is empty.
 */
export function readSecret(
  env: Readonly<Record<string, string | undefined>>,
  name: SecretName
): string | undefined {
  const file = env[`${name}_FILE`]
  if (env[name] || !file) return env[name] || undefined
  const secret = readText(`${name}_FILE`, file).trim()
  if (secret === '') throw new EnvironmentError(`${name}_FILE: ${file} is empty`)
  return secret
}

function readText(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new EnvironmentError(`${name}: cannot read ${file}: ${why}`)
  }
}

function wantsColour(env: Readonly<Record<string, string | undefined>>): boolean | undefined {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: terminal } = env
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return refused || terminal === 'dumb' ? false : undefined
}
