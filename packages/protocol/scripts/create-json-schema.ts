import { isDeepStrictEqual } from 'node:util'
import { type ConversionConfig, type JsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema'
import {
  actionRequestSchema,
  approvalSchema,
  approvalStatusSchema,
  auditEntrySchema,
  auditMetaLineSchema,
  checkResultSchema,
  decisionSchema,
  effectSchema,
  errorBodySchema,
  furtherActionSchema,
  healthReportSchema,
  healthSchema,
  ruleSourceSchema
} from '../src/index.ts'

const definitions = {
  ActionRequest: actionRequestSchema,
  FurtherAction: furtherActionSchema,
  CheckResult: checkResultSchema,
  Decision: decisionSchema,
  RuleSource: ruleSourceSchema,
  Effect: effectSchema,
  Approval: approvalSchema,
  ApprovalStatus: approvalStatusSchema,
  AuditEntry: auditEntrySchema,
  AuditMetaLine: auditMetaLineSchema,
  Health: healthSchema,
  HealthReport: healthReportSchema,
  ErrorBody: errorBodySchema
}

const descriptions: Readonly<Record<keyof typeof definitions, string>> = {
  ActionRequest: 'What an agent asks to do: the body of POST /v1/check.',
  FurtherAction: 'One of the actions that an action amounts to.',
  CheckResult: 'A verdict: a decision with its reason and rule.',
  Decision: 'What a verdict says about an action.',
  RuleSource: 'Where in which policy file a rule stands.',
  Effect: 'One of the actions that an action amounts to, and where in its text it stands.',
  Approval: "A person's answer to one action, given or awaited.",
  ApprovalStatus: 'How an approval stands, as a poller sees it.',
  AuditEntry: 'One verdict in the audit log.',
  AuditMetaLine: 'A line of the audit log that holds no verdict.',
  Health: 'The body of /health.',
  HealthReport: 'The body of /v1/health.',
  ErrorBody: 'The JSON body of an HTTP error.'
}

const config: ConversionConfig = {
  target: 'draft-2020-12',
  // The last schema of a pipe is the one with the members; what follows it never changes their types.
  typeMode: 'output',
  overrideAction: ({ valibotAction, jsonSchema }) => {
    if (valibotAction.type === 'transform' || valibotAction.type === 'finite') return jsonSchema
    if (valibotAction.type === 'safe_integer') return { ...jsonSchema, type: 'integer' }
    // The one raw transformation is `stringMapSchema`.
    if (valibotAction.type === 'raw_transform') return stringMap
    return undefined
  },
  overrideSchema: ({ valibotSchema, jsonSchema }) =>
    valibotSchema.type === 'nullish' ? mergeNull(jsonSchema) : undefined
}

/** Writes "a string or null" the short way, which generators of types know best. */
function mergeNull({ anyOf: [wrapped] = [], ...rest }: JsonSchema): JsonSchema | undefined {
  if (typeof wrapped !== 'object' || '$ref' in wrapped) return undefined
  if ('not' in wrapped) return { type: 'null', ...rest }
  const type = [wrapped.type, 'null'] as JsonSchema['type']
  return { ...wrapped, ...(wrapped.enum && { enum: [...wrapped.enum, null] }), type, ...rest }
}

const stringMap: JsonSchema = {
  type: 'object',
  additionalProperties: { type: ['string', 'null'] }
}

/** The JSON Schema (draft 2020-12) of all wire objects, under `$defs`. */
export function createJsonSchema(): JsonSchema {
  const converted = toJsonSchemaDefs(definitions, config)
  const names = Object.keys(definitions) as (keyof typeof definitions)[]
  const $defs = names.map((name) => {
    const { properties, required, ...rest } = converted[name]
    return [
      name,
      {
        description: descriptions[name],
        ...rest,
        ...(properties && { properties: referToDefs(properties, converted) }),
        ...(required?.length && { required })
      }
    ]
  })
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'AgentGuard wire objects',
    description:
      'Members that are not listed are allowed and ignored. Texts must not have the same member twice, nor a listed member in another case.',
    $defs: Object.fromEntries($defs)
  }
}

type Properties = NonNullable<JsonSchema['properties']>

/** Refers to a wire object where the converter repeats it, as it does for members that are always there. */
function referToDefs(properties: Properties, defs: Record<string, JsonSchema>): Properties {
  const referred = Object.entries(properties).map(([name, property]) => {
    if (typeof property === 'boolean' || !property.properties) return [name, property]
    const { description } = property
    const def = Object.keys(defs).find((key) =>
      isDeepStrictEqual(defs[key]?.properties, property.properties)
    )
    return [name, def ? { $ref: `#/$defs/${def}`, description } : property]
  })
  return Object.fromEntries(referred)
}
