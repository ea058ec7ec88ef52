import * as v from 'valibot'

/** A member of a wire object with its description, which the JSON Schema repeats. */
export function member<const S extends v.GenericSchema<unknown, unknown>, const D extends string>(
  schema: S,
  description: D
): v.SchemaWithPipe<readonly [S, v.DescriptionAction<v.InferOutput<S>, D>]> {
  return v.pipe(schema, v.description<v.InferOutput<S>, D>(description))
}
