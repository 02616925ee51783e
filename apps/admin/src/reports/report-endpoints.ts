import {
  isReportDimension,
  isTimeZone,
  MAX_REPORT_DIMENSIONS,
  REPORT_DIMENSIONS,
  type ReportDimension,
} from '@turnpike/billing';
import { z } from 'zod';
import { defineEndpoint, MONEY_READERS, type InputOf } from '../http/endpoint-kit';
import { named } from '../schema/components';
import { line, timestamp } from '../schema/text';

const money = z.string().describe('decimal USD');
const count = z.int().min(0);

const tokens = z.strictObject({
  input: count,
  cacheRead: count,
  cacheWrite: count,
  output: count.describe('reasoning included'),
  reasoning: count,
});

const measures = {
  calls: count,
  attempts: count,
  costUsd: money,
  deliveredCostUsd: money,
  wasteCostUsd: money,
  cacheSavingsUsd: money,
  tokens,
  estimatedCostUsd: money,
  unpricedCalls: count,
};

const costReport = named(
  'CostReport',
  z.strictObject({
    from: timestamp,
    to: timestamp,
    tz: z.string(),
    groupBy: z.array(z.string()),
    completeUntil: timestamp.describe('calls that ended before it are in'),
    priceVersion: z.string(),
    rows: z.array(z.object(measures).catchall(z.unknown()).describe('measures, and the dimensions by name')),
    totals: z.strictObject(measures),
  }),
);

const attempt = z.strictObject({
  n: count,
  provider: z.string(),
  credential: z.string(),
  model: z.string(),
  lane: z.enum(['passthrough', 'translate']),
  status: z.int().nullable(),
  state: z.enum(['measured', 'estimated', 'unbilled']),
  reason: z.string().nullable(),
  waste: z.string().nullable(),
  startedAt: timestamp,
  firstByteAt: timestamp.nullable(),
  endedAt: timestamp,
  tokens: tokens.nullable(),
  costUsd: money,
  unpriced: z.boolean(),
});

const callTrace = named(
  'CallTrace',
  z.strictObject({
    id: z.string(),
    requestId: z.string(),
    dialect: z.string(),
    operation: z.string(),
    requestedModel: z.string(),
    route: z.string().nullable(),
    project: z.string().nullable(),
    state: z.enum(['succeeded', 'failed', 'refused', 'cancelled', 'broken']),
    reason: z.string().nullable(),
    status: z.int(),
    stream: z.boolean(),
    startedAt: timestamp,
    endedAt: timestamp,
    costUsd: money,
    attempts: z.array(attempt),
    dropped: z.array(z.record(z.string(), z.string())),
    warnings: z.array(z.string()),
  }),
);

/** A day of the zone, or an instant with its offset. */
const dayOrInstant = z.union(
  [z.iso.date(), z.iso.datetime({ offset: true })],
  'takes a day such as 2026-11-01 or an RFC 3339 time',
);

const groupBy = z
  .string()
  .describe(`up to two of ${REPORT_DIMENSIONS.join(', ')}, tag:<name>; separated by commas`)
  .transform((text) => (text === '' ? [] : text.split(',')))
  .pipe(
    z
      .array(z.string())
      .max(MAX_REPORT_DIMENSIONS, `takes at most ${MAX_REPORT_DIMENSIONS} dimensions`)
      .refine(
        (names) => names.every(isReportDimension),
        `takes ${REPORT_DIMENSIONS.join(', ')} or tag:<name>`,
      )
      .refine((names) => new Set(names).size === names.length, 'names a dimension twice')
      .transform((names) => names.filter((name): name is ReportDimension => isReportDimension(name))),
  );

const oneOrMore = z
  .union([line(200), z.array(line(200)).max(100)])
  .transform((given) => [given].flat())
  .optional()
  .describe('only these; may be repeated');

const query = z.strictObject({
  from: dayOrInstant.describe('first instant, or first day of the zone'),
  to: dayOrInstant.describe('first instant, or first day of the zone, that is not in any more'),
  tz: z.string().refine(isTimeZone, 'takes an IANA zone such as Europe/Berlin').default('UTC'),
  group_by: groupBy.default([]),
  format: z.enum(['json', 'csv']).default('json'),
  project: oneOrMore,
  team: oneOrMore,
  person: oneOrMore,
  key: oneOrMore,
  model: oneOrMore,
  provider: oneOrMore,
  credential: oneOrMore,
});

export const costsEndpoint = defineEndpoint({
  method: 'GET',
  path: 'reports/costs',
  operationId: 'reportCosts',
  summary: 'What calls cost, by up to two dimensions',
  tag: 'reports',
  policy: MONEY_READERS,
  query,
  answer: { status: 200, schema: costReport, also: ['text/csv'] },
});

export const requestEndpoint = defineEndpoint({
  method: 'GET',
  path: 'requests/:id',
  operationId: 'getRequest',
  summary: 'Route trace and cost of one call, by its call id or the newest of its request id',
  tag: 'reports',
  policy: MONEY_READERS,
  params: z.strictObject({ id: line(128) }),
  answer: { status: 200, schema: callTrace },
  refusals: [404],
});

export type CostsQuery = InputOf<typeof costsEndpoint>['query'];
