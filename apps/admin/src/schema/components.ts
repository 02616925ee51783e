import { z } from 'zod';

/** Schemas with a name of their own in the OpenAPI document. */
export const components = z.registry<{ id: string }>();

/** Gives a schema its name in the OpenAPI document. */
export function named<S extends z.ZodType>(name: string, schema: S): S {
  components.add(schema, { id: name });
  return schema;
}
