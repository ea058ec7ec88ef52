import manifest from '../package.json' with { type: 'json' }

declare const AGENTGUARD_COMMIT: string | undefined

/** The version of this program. */
export const version: string = manifest.version

/** The commit that it was built from; `unknown` when it runs from its sources. */
export const commit: string = typeof AGENTGUARD_COMMIT === 'string' ? AGENTGUARD_COMMIT : 'unknown'
