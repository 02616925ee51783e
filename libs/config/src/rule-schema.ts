import { z } from 'zod';
import { modelName } from './schema-parts';

const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/, 'must be the name of a header');
const word = z.string().max(512, 'must not be longer than 512 characters');

const when = z
  .strictObject({
    inputTokensOver: z
      .int()
      .min(0)
      .optional()
      .describe('More input tokens than this, estimated from the length of the request.'),
    images: z.boolean().optional().describe('The request holds images.'),
    tools: z.boolean().optional().describe('The request brings tools.'),
    thinking: z.boolean().optional().describe("The request asks to think, in its dialect's own way."),
    background: z
      .boolean()
      .optional()
      .describe('A side request of a coding agent: a title, a question of its router, its small model.'),
    model: modelName.optional().describe('Pattern of the asked name; "*" stands for anything.'),
    header: z.record(headerName, word).optional().describe('Request headers that must say just this.'),
    metadata: z
      .record(z.string().min(1, 'must not be empty').max(128), word)
      .optional()
      .describe("Members of the request's metadata that must say just this."),
  })
  .refine((conditions) => Object.keys(conditions).length > 0, 'must state at least one condition');

/** One rule of an alias: who it is for, and which alias serves it. */
export const rule = z.strictObject({
  when: when.describe('All of them must hold.'),
  use: modelName.describe('Alias that serves the request instead.'),
});

export const sticky = z.strictObject({
  ttlMinutes: z
    .int()
    .min(0)
    .max(10_080)
    .describe('How long a conversation stays where it was served last; 0: every call is placed anew.'),
});
