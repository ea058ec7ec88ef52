import * as v from 'valibot'

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/

/**
 * The schema of a time: RFC 3339 with up to nine fractional digits. AgentGuard writes UTC, with `Z`.
 *
 * `0001-01-01T00:00:00Z` stands for "never" where a time is always there.
 */
export const timestampSchema: v.GenericSchema<string> = v.pipe(v.string(), v.regex(rfc3339))
