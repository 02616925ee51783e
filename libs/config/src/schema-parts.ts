import { z } from 'zod';

/** Names that end up in `provider/model`, traces and metrics. */
export const name = z
  .string()
  .regex(
    /^[A-Za-z0-9][\w.-]{0,63}$/,
    'must be 1 to 64 letters, digits, ".", "_" or "-", the first a letter or digit',
  );

export const modelName = z
  .string()
  .min(1, 'must not be empty')
  .max(256, 'must not be longer than 256 characters')
  .regex(/^\P{Cc}*$/u, 'must not hold control characters');

/** Wire formats that a target can speak. */
export const upstreamDialect = z.enum([
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini-generate',
  'bedrock-converse',
  'cohere-chat',
  'ollama-chat',
]);

/** Every strategy of the routing lib; test/architecture keeps the two lists together. */
export const strategy = z.enum([
  'priority',
  'weighted',
  'round-robin',
  'random',
  'least-busy',
  'p2c',
  'lowest-latency',
  'lowest-cost',
  'headroom',
]);
