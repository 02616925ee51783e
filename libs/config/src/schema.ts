import { z } from 'zod';
import { capabilities, capabilityRows, unsupportedMedia } from './capabilities-schema';
import { credential } from './credential-schema';
import { rule, sticky } from './rule-schema';
import { modelName, name, strategy, upstreamDialect } from './schema-parts';

const DAY_MS = 86_400_000;

const milliseconds = (max: number) => z.int().min(1).max(max);
const usd = z
  .string('must be a decimal string of USD in quotes, such as "3.00"')
  .regex(/^\d{1,9}(\.\d{1,12})?$/, 'must be a decimal string of USD with at most 12 places, such as "3.00"');
const instant = z
  .string()
  .refine(
    (text) => /^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text)),
    'must be a date (2026-01-31) or an RFC 3339 instant',
  );
/** Words that become part of a host or a path. */
const place = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'must be lower-case letters, digits and "-"');

const timeouts = z.strictObject({
  connectMs: milliseconds(600_000).optional().describe('Default 3000.'),
  firstByteMs: milliseconds(DAY_MS).optional().describe('Dispatch to first body byte. Default 120000.'),
  idleMs: milliseconds(DAY_MS).optional().describe('Gap between bytes. Default 60000.'),
  totalMs: milliseconds(DAY_MS).optional().describe('Default 600000.'),
});

const provider = z.strictObject({
  use: z
    .string()
    .min(1, 'must not be empty')
    .describe('Built-in definition: dialect, address, authentication, failure codes.'),
  baseUrl: z.string().optional().describe("As the vendor's own SDK takes it; replaces the definition's."),
  allowPrivateNetwork: z.boolean().optional().describe('Loopback and private addresses may be called.'),
  dialect: upstreamDialect.optional().describe("Replaces the definition's."),
  region: place.optional().describe('Where the provider is asked, where its address says so (bedrock).'),
  project: z
    .string()
    .regex(/^[A-Za-z0-9][\w.:-]{0,62}$/, 'must be the id of a project')
    .optional()
    .describe('Whose account it is, where its paths say so (vertex).'),
  location: place.optional().describe('Like region; "global" where the vendor has one (vertex).'),
  apiVersion: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]{0,38}$/, 'must be a version such as 2024-10-21 or v1')
    .optional()
    .describe('Where the provider is asked in a stated version (azure-openai, vertex).'),
  deployments: z
    .record(modelName, modelName)
    .optional()
    .describe('Model name -> what the account calls its deployment of it. Default: the same (azure-openai).'),
  models: capabilityRows
    .optional()
    .describe('What models can do here, by name or pattern, over what is built in (capabilities.md).'),
  unsupportedMedia: unsupportedMedia
    .optional()
    .describe('What becomes of media that a model cannot take: refused (default), or words in its place.'),
  credentials: z.array(credential).default([]),
  timeouts: timeouts.optional(),
});

const target = z.strictObject({
  provider: z.string().min(1, 'must not be empty'),
  model: modelName.describe('Model name at the provider; "*" is the whole asked name.'),
  weight: z
    .int()
    .min(0)
    .max(1_000)
    .default(1)
    .describe('Share of calls under the strategy weighted; 0: only when nothing else is left.'),
  dialect: upstreamDialect.optional().describe("Where one provider speaks several: this target's own."),
  capabilities: capabilities.optional().describe('What the model can do, for this target alone.'),
});

const hedge = z.strictObject({
  afterMs: z
    .int()
    .min(100)
    .max(60_000)
    .describe('How long the first attempt may say nothing before a second is begun elsewhere.'),
});

const model = z.strictObject({
  strategy: strategy.default('priority').describe('Which target is asked first (docs/routing.md).'),
  targets: z.array(target).min(1, 'needs at least one target'),
  rules: z
    .array(rule)
    .min(1, 'needs at least one rule')
    .max(100, 'must not hold more than 100 rules')
    .optional()
    .describe('Looked at in order before the strategy; the first that holds names the alias that serves.'),
  sticky: sticky.optional().describe('Default: 30 minutes.'),
  hedge: hedge
    .optional()
    .describe('A second attempt beside one that says nothing for too long (docs/routing.md). Default: none.'),
  onContextExceeded: modelName
    .optional()
    .describe('Alias that is tried when the request is too long for this one.'),
  onContentFilter: modelName.optional().describe("Alias that is tried when a provider's filter refuses."),
  strict: z
    .boolean()
    .optional()
    .describe('Targets that would lose a part of the request are passed over; refused when all would.'),
  unsupportedMedia: unsupportedMedia.optional().describe("Replaces the provider's, for this alias."),
});

const price = z.strictObject({
  provider: z.string().min(1),
  model: modelName,
  inputPerMTok: usd,
  outputPerMTok: usd,
  cacheReadPerMTok: usd.optional().describe('Default: input.'),
  cacheWrite5mPerMTok: usd.optional().describe('Default: input.'),
  cacheWrite1hPerMTok: usd.optional().describe('Default: input.'),
  reasoningPerMTok: usd.optional().describe('Default: output.'),
  perRequest: usd.optional(),
  effectiveFrom: instant.optional(),
});

const resilience = z.strictObject({
  maxAttempts: z.int().min(1).max(20).default(3).describe('Attempts per call in total.'),
  deadlineMs: milliseconds(DAY_MS).default(600_000),
  maxQueueWaitMs: z
    .int()
    .min(0)
    .max(60_000)
    .default(2_000)
    .describe('Longest wait for a cooling target instead of a refusal.'),
  stateDeadlineMs: z
    .int()
    .min(5)
    .max(1_000)
    .default(50)
    .describe('How long a call waits for what replicas share before its gateway decides by itself.'),
  clientAbort: z
    .strictObject({ drainMs: z.int().min(0).max(60_000).default(1_000) })
    .prefault({})
    .describe('How long an answer is still read after its client left.'),
});

/** The one source of validation, types and JSON Schema of the configuration file. */
export const configSchema = z.strictObject({
  providers: z.record(name, provider).default({}).describe('Upstreams by the name that routes use.'),
  models: z
    .record(modelName, model)
    .default({})
    .describe('What clients ask for: aliases, or patterns with "*".'),
  passthrough: z
    .strictObject({ enabled: z.boolean().default(false) })
    .prefault({})
    .describe('Whether provider/model may be asked for directly.'),
  prices: z.strictObject({ overrides: z.array(price).default([]) }).prefault({}),
  unpriced: z
    .enum(['refuse', 'allow'])
    .default('refuse')
    .describe('What happens to a model without a price.'),
  resilience: resilience.prefault({}),
});

export type ConfigFile = z.infer<typeof configSchema>;

/** JSON Schema (2020-12) of the configuration file, for editors and for `config schema`. */
export const configJsonSchema = (): Readonly<Record<string, unknown>> => ({
  ...z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }),
  title: 'Turnpike configuration',
});
