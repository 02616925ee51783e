import type { JsonObject } from '@turnpike/kernel';

/** Members that the token counter takes; it refuses the others. */
const MEMBERS = new Set([
  'model',
  'messages',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'context_management',
  'mcp_servers',
]);

/** An encoded request as the body of `count_tokens`. */
export const toCountTokensBody = (body: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(body).filter(([name]) => MEMBERS.has(name)));
