import fc from 'fast-check';
import { PROVIDER_IDS, PROVIDERS } from '../../registry';
import type { FailureEvidence } from '../failure-evidence';
import { classifyFailure } from './classify-failure';
import { MAX_WAIT_MS } from './parse-instant';

const NOW = Date.parse('2026-05-05T05:05:05Z');
const CLASSES = new Set([
  'rate_minute',
  'rate_long',
  'credit',
  'overload',
  'server',
  'auth',
  'target_gone',
  'context_length',
  'content_filter',
  'caller',
  'auxiliary',
]);

const scrap = fc.oneof(
  fc.constantFrom(
    'limit',
    'try again in',
    'retry after',
    'resets at',
    '2026-05-06T00:00:00Z',
    '3pm (Nowhere/Else)',
    '{"',
    '}',
    '[',
    '"',
    '\\',
    '\n',
    'data: ',
    '<html>',
    'per day',
    'requested: 9',
    '请等待',
    '重置',
    '-1',
    '1e400',
    'NaN',
    '99999999999999999999',
    'sk-',
    'ms',
  ),
  fc.string({ maxLength: 12 }),
  fc.integer().map(String),
);
const text = fc.array(scrap, { maxLength: 40 }).map((parts) => parts.join(' '));
const wait = fc.oneof(
  fc.double().map(String),
  fc.integer().map(String),
  text,
  fc.constantFrom('', '0', '-5', '6m0s', 'Infinity', '1e9'),
);
const error = fc.dictionary(
  fc.constantFrom(
    'message',
    'type',
    'code',
    'status',
    'details',
    'metadata',
    'retry_after',
    'resets_at',
    'resets_in_seconds',
    'headers',
    'error',
    'errors',
    '__proto__',
  ),
  fc.oneof(text, fc.jsonValue(), fc.double()),
);
const body = fc.oneof(
  text,
  fc.json(),
  error.map((inner) => JSON.stringify({ error: inner })),
  error.map((inner) => JSON.stringify([{ error: { message: JSON.stringify({ error: inner }) } }])),
  fc.tuple(error, fc.nat(200)).map(([inner, cut]) => JSON.stringify({ error: inner }).slice(0, cut)),
  error.map((inner) => `data: ${JSON.stringify({ error: inner })}\n\n`),
);
const headers = fc.dictionary(
  fc.constantFrom(
    'retry-after',
    'retry-after-ms',
    'x-ratelimit-reset',
    'x-ratelimit-remaining',
    'x-ratelimit-reset-tokens',
    'anthropic-ratelimit-unified-5h-status',
    'anthropic-ratelimit-unified-5h-reset',
    'anthropic-ratelimit-unified-7d-utilization',
    'x-codex-primary-used-percent',
    'x-codex-primary-reset-at',
    'ratelimit',
    'x-amzn-errortype',
  ),
  wait,
);
const evidence: fc.Arbitrary<FailureEvidence> = fc.record({
  definition: fc.constantFrom(...PROVIDER_IDS).map((id) => PROVIDERS[id]),
  status: fc.oneof(
    fc.constantFrom(null, 200, 400, 401, 402, 403, 404, 413, 429, 500, 503, 529),
    fc.integer({ min: 100, max: 999 }),
  ),
  headers,
  body,
  verdict: fc.constantFrom(undefined, 'empty_answer' as const, 'error_in_answer' as const),
  auxiliary: fc.boolean(),
  nowMs: fc.constant(NOW),
});

describe('any failure at all', () => {
  it('has a class, and a wake-up that lies ahead and within 32 days when it has one', () => {
    fc.assert(
      fc.property(evidence, (sample) => {
        const failure = classifyFailure(sample);
        expect(CLASSES.has(failure.class)).toBe(true);
        expect(failure.reason).toMatch(/^[a-z_]+$/);
        expect(failure.status).toBe(sample.status);
        expect(Buffer.byteLength(failure.vendor.message)).toBeLessThanOrEqual(2_048);
        expect(failure.provenance).toBe(failure.wakeAtMs === undefined ? 'heuristic' : 'authoritative');
        if (failure.wakeAtMs === undefined) return;
        expect(Number.isInteger(failure.wakeAtMs)).toBe(true);
        expect(failure.wakeAtMs).toBeGreaterThan(NOW);
        expect(failure.wakeAtMs).toBeLessThanOrEqual(NOW + MAX_WAIT_MS + 1);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is decided without regard to when it is asked twice', () => {
    fc.assert(
      fc.property(evidence, (sample) => expect(classifyFailure(sample)).toEqual(classifyFailure(sample))),
      { numRuns: 200 },
    );
  });

  it.each([
    ['digits', '9'],
    ['brackets', '['],
    ['objects', '{"a":'],
    ['tags', '<a '],
    ['quotes', '"'],
    ['escapes', '\\'],
    ['frames', 'data: {"a":1}\n\n'],
    ['blank lines', '\n'],
    ['waits', 'try again in '],
    ['limits', 'limit: 1 '],
    ['keys', 'sk-'],
    ['hosts', 'a.'],
    ['addresses', 'a@'],
    ['stars', '*'],
    ['advice', 'please '],
  ])('takes 64 KiB of %s in its stride, bare and as a message', (_name, unit) => {
    const hostile = unit.repeat(Math.ceil(65_536 / unit.length)).slice(0, 65_000);
    const startedAt = process.hrtime.bigint();
    for (const status of [200, 400, 429]) {
      for (const text of [hostile, JSON.stringify({ error: { message: hostile } })]) {
        classifyFailure({
          definition: PROVIDERS.xai,
          status,
          headers: {},
          body: text,
          verdict: 'error_in_answer',
          nowMs: NOW,
        });
      }
    }
    // Six of them: quadratic work on 64 KiB would take tens of seconds.
    expect(Number(process.hrtime.bigint() - startedAt) / 1e6).toBeLessThan(3_000);
  });
});
