import type { JsonObject } from '@turnpike/kernel';

/** Members that the token counter takes; it refuses the others. */
const MEMBERS = new Set([
  'model',
  'input',
  'instructions',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'reasoning',
  'text',
  'truncation',
]);

/** An encoded request as the body of `responses/input_tokens`. */
export const toInputTokensBody = (body: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(body).filter(([name]) => MEMBERS.has(name)));
