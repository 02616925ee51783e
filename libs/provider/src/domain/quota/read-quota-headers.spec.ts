import type { QuotaReading } from '@turnpike/protocol';
import fc from 'fast-check';
import { PROVIDERS, PROVIDER_IDS, type ProviderId } from '../../registry';
import { MAX_WAIT_MS } from '../failure/parse-instant';
import { readQuotaHeaders } from './read-quota-headers';

const NOW = Date.parse('2026-05-05T05:05:05.000Z');
const at = (text: string): number => Date.parse(text);
const inMs = (ms: number): number => NOW + ms;

type Headers = Readonly<Record<string, string>>;

const read = (id: ProviderId, headers: Headers, nowMs = NOW): readonly QuotaReading[] =>
  readQuotaHeaders(PROVIDERS[id], Object.entries(headers).flat(), nowMs);

const openai = (limits: readonly string[], remaining: readonly string[], reset: readonly string[]): Headers =>
  Object.fromEntries(
    ['requests', 'tokens'].flatMap((kind, i) =>
      [
        ['limit', limits[i]],
        ['remaining', remaining[i]],
        ['reset', reset[i]],
      ].flatMap(([field, value]) =>
        value === undefined ? [] : [[`x-ratelimit-${field}-${kind}`, value] as const],
      ),
    ),
  );

const unified = (key: string, status: string, used: string, reset: string): Headers => ({
  [`anthropic-ratelimit-unified-${key}-status`]: status,
  [`anthropic-ratelimit-unified-${key}-utilization`]: used,
  [`anthropic-ratelimit-unified-${key}-reset`]: reset,
});

describe('what an answer says of the limits', () => {
  it.each<[string, ProviderId, Headers, readonly QuotaReading[]]>([
    [
      'OpenAI: buckets that fill steadily',
      'openai',
      openai(['60', '150000'], ['59', '149984'], ['1s', '6ms']),
      [
        {
          bucket: 'requests',
          unit: 'requests',
          limit: 60,
          remaining: 59,
          resetAtMs: inMs(1_000),
          refill: 'continuous',
        },
        {
          bucket: 'tokens',
          unit: 'tokens',
          limit: 150_000,
          remaining: 149_984,
          resetAtMs: inMs(6),
          refill: 'continuous',
        },
      ],
    ],
    [
      'OpenAI: a bucket of 200 that gets one back in seven minutes is a day’s',
      'openai',
      openai(['200'], ['199'], ['7m12s']),
      [
        {
          bucket: 'requests_day',
          unit: 'requests',
          limit: 200,
          remaining: 199,
          resetAtMs: inMs(432_000),
          refill: 'continuous',
        },
      ],
    ],
    [
      'OpenAI: nearly empty buckets of a minute take a minute',
      'openai',
      openai(['500', '30000'], ['3', '0'], ['59.64s', '1m0s']),
      [
        {
          bucket: 'requests',
          unit: 'requests',
          limit: 500,
          remaining: 3,
          resetAtMs: inMs(59_640),
          refill: 'continuous',
        },
        {
          bucket: 'tokens',
          unit: 'tokens',
          limit: 30_000,
          remaining: 0,
          resetAtMs: inMs(60_000),
          refill: 'continuous',
        },
      ],
    ],
    [
      'OpenAI: a bucket of the project',
      'openai',
      {
        'x-ratelimit-limit-project-tokens': '60000',
        'x-ratelimit-remaining-project-tokens': '57000',
        'x-ratelimit-reset-project-tokens': '3s',
      },
      [
        {
          bucket: 'project_tokens',
          unit: 'tokens',
          limit: 60_000,
          remaining: 57_000,
          resetAtMs: inMs(3_000),
          refill: 'continuous',
        },
      ],
    ],
    [
      'Anthropic: four buckets, in dates',
      'anthropic',
      {
        'anthropic-ratelimit-requests-limit': '50',
        'anthropic-ratelimit-requests-remaining': '49',
        'anthropic-ratelimit-requests-reset': '2026-05-05T05:05:07Z',
        'anthropic-ratelimit-tokens-limit': '40000',
        'anthropic-ratelimit-tokens-remaining': '39000',
        'anthropic-ratelimit-tokens-reset': '2026-05-05T05:05:04Z',
        'anthropic-ratelimit-input-tokens-limit': '30000',
        'anthropic-ratelimit-input-tokens-remaining': '0',
        'anthropic-ratelimit-input-tokens-reset': '2026-05-05T05:06:05Z',
        'anthropic-ratelimit-output-tokens-limit': '8000',
        'anthropic-ratelimit-output-tokens-remaining': '8000',
        'retry-after': '12',
      },
      [
        {
          bucket: 'requests',
          unit: 'requests',
          limit: 50,
          remaining: 49,
          resetAtMs: inMs(2_000),
          refill: 'continuous',
        },
        // A second ago, and already full.
        {
          bucket: 'tokens',
          unit: 'tokens',
          limit: 40_000,
          remaining: 39_000,
          resetAtMs: NOW,
          refill: 'continuous',
        },
        {
          bucket: 'input_tokens',
          unit: 'tokens',
          limit: 30_000,
          remaining: 0,
          resetAtMs: inMs(60_000),
          refill: 'continuous',
        },
        { bucket: 'output_tokens', unit: 'tokens', limit: 8_000, remaining: 8_000, refill: 'continuous' },
      ],
    ],
    [
      'Groq: requests of a day, tokens of a minute',
      'groq',
      openai(['14400', '18000'], ['14370', '17997'], ['2m59.56s', '7.66s']),
      [
        {
          bucket: 'requests_day',
          unit: 'requests',
          limit: 14_400,
          remaining: 14_370,
          resetAtMs: inMs(179_560),
          refill: 'continuous',
        },
        {
          bucket: 'tokens',
          unit: 'tokens',
          limit: 18_000,
          remaining: 17_997,
          resetAtMs: inMs(7_660),
          refill: 'continuous',
        },
      ],
    ],
    [
      'Mistral: windows that end with the minute of the clock',
      'mistral',
      {
        'x-ratelimit-limit-req-minute': '23',
        'x-ratelimit-remaining-req-minute': '0',
        'x-ratelimit-limit-tokens-minute': '356250',
        'x-ratelimit-remaining-tokens-minute': '356000',
        'x-ratelimit-limit-tokens-month': '4000000000',
        'x-ratelimit-remaining-tokens-month': '3999999000',
        'x-ratelimit-tokens-query-cost': '250',
      },
      [
        {
          bucket: 'requests',
          unit: 'requests',
          limit: 23,
          remaining: 0,
          resetAtMs: at('2026-05-05T05:06:00Z'),
          refill: 'window',
        },
        {
          bucket: 'tokens',
          unit: 'tokens',
          limit: 356_250,
          remaining: 356_000,
          resetAtMs: at('2026-05-05T05:06:00Z'),
          refill: 'window',
        },
        {
          bucket: 'tokens_month',
          unit: 'tokens',
          limit: 4_000_000_000,
          remaining: 3_999_999_000,
          refill: 'window',
        },
      ],
    ],
    [
      'Mistral: its older names',
      'mistral',
      {
        'ratelimitbysize-limit': '500000',
        'ratelimitbysize-remaining': '499983',
        'ratelimitbysize-reset': '32',
      },
      [
        {
          bucket: 'tokens',
          unit: 'tokens',
          limit: 500_000,
          remaining: 499_983,
          resetAtMs: inMs(32_000),
          refill: 'window',
        },
      ],
    ],
    [
      'Mistral: a model that the plan does not have',
      'mistral',
      { 'x-ratelimit-limit-req-minute': '0' },
      [
        {
          bucket: 'requests',
          unit: 'requests',
          limit: 0,
          resetAtMs: at('2026-05-05T05:06:00Z'),
          refill: 'window',
        },
      ],
    ],
    [
      'xAI: no resets',
      'xai',
      openai(['480', '2000000'], ['479', '1999880'], []),
      [
        { bucket: 'requests', unit: 'requests', limit: 480, remaining: 479, refill: 'window' },
        { bucket: 'tokens', unit: 'tokens', limit: 2_000_000, remaining: 1_999_880, refill: 'window' },
      ],
    ],
    [
      'Azure: whole seconds, and a coarse reset makes no day',
      'azure-openai',
      openai(['20000', '2000000'], ['19999', '-1'], ['3', '0']),
      [
        {
          bucket: 'requests',
          unit: 'requests',
          limit: 20_000,
          remaining: 19_999,
          resetAtMs: inMs(3_000),
          refill: 'continuous',
        },
        { bucket: 'tokens', unit: 'tokens', limit: 2_000_000, resetAtMs: NOW, refill: 'continuous' },
      ],
    ],
    [
      'GitHub Models: a reset of 0 ends no window',
      'github-models',
      openai(['20000', '2000000'], ['19999', '1999967'], ['3', '0']),
      [
        {
          bucket: 'requests',
          unit: 'requests',
          limit: 20_000,
          remaining: 19_999,
          resetAtMs: inMs(3_000),
          refill: 'window',
        },
        { bucket: 'tokens', unit: 'tokens', limit: 2_000_000, remaining: 1_999_967, refill: 'window' },
      ],
    ],
    [
      'OpenRouter: epoch milliseconds of the next minute',
      'openrouter',
      { 'x-ratelimit-limit': '20', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1777957560000' },
      [
        {
          bucket: 'requests',
          unit: 'requests',
          limit: 20,
          remaining: 0,
          resetAtMs: 1_777_957_560_000,
          refill: 'window',
        },
      ],
    ],
    [
      'OpenRouter: free calls of the day, under the same name',
      'openrouter',
      { 'x-ratelimit-limit': '50', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1778025600000' },
      [
        {
          bucket: 'requests_day',
          unit: 'requests',
          limit: 50,
          remaining: 0,
          resetAtMs: at('2026-05-06T00:00:00Z'),
          refill: 'window',
        },
      ],
    ],
    [
      'Cerebras: names with their period',
      'cerebras',
      {
        'x-ratelimit-limit-requests-day': '14400',
        'x-ratelimit-remaining-requests-day': '14399',
        'x-ratelimit-reset-requests-day': '33011.382867',
        'x-ratelimit-limit-tokens-minute': '60000',
        'x-ratelimit-remaining-tokens-minute': '59000',
        'x-ratelimit-reset-tokens-minute': '11.382867',
      },
      [
        {
          bucket: 'requests_day',
          unit: 'requests',
          limit: 14_400,
          remaining: 14_399,
          resetAtMs: inMs(33_011_383),
          refill: 'window',
        },
        {
          bucket: 'tokens',
          unit: 'tokens',
          limit: 60_000,
          remaining: 59_000,
          resetAtMs: inMs(11_383),
          refill: 'window',
        },
      ],
    ],
    [
      'SambaNova: epoch seconds',
      'sambanova',
      {
        'x-ratelimit-limit-requests': '60',
        'x-ratelimit-remaining-requests': '58',
        'x-ratelimit-reset-requests': '1777957560',
        'x-ratelimit-limit-requests-day': '12000',
        'x-ratelimit-remaining-requests-day': '11000',
        'x-ratelimit-reset-requests-day': '4h17m',
      },
      [
        {
          bucket: 'requests',
          unit: 'requests',
          limit: 60,
          remaining: 58,
          resetAtMs: 1_777_957_560_000,
          refill: 'window',
        },
        {
          bucket: 'requests_day',
          unit: 'requests',
          limit: 12_000,
          remaining: 11_000,
          resetAtMs: inMs(15_420_000),
          refill: 'window',
        },
      ],
    ],
    [
      'Together: limits of a second',
      'together',
      {
        'x-ratelimit-limit': '10',
        'x-ratelimit-remaining': '9',
        'x-ratelimit-reset': '0.1',
        'x-tokenlimit-limit': '3000',
        'x-tokenlimit-remaining': '2890',
        'x-ratelimit-limit-dynamic': '4',
      },
      [
        {
          bucket: 'requests_second',
          unit: 'requests',
          limit: 10,
          remaining: 9,
          resetAtMs: inMs(100),
          refill: 'window',
        },
        { bucket: 'tokens_second', unit: 'tokens', limit: 3_000, remaining: 2_890, refill: 'window' },
      ],
    ],
    [
      'Fireworks: prompt and answer apart',
      'fireworks',
      {
        'x-ratelimit-limit-tokens-prompt': '3600000',
        'x-ratelimit-remaining-tokens-prompt': '3599000',
        'x-ratelimit-limit-tokens-generated': '36000',
      },
      [
        { bucket: 'input_tokens', unit: 'tokens', limit: 3_600_000, remaining: 3_599_000, refill: 'window' },
        { bucket: 'output_tokens', unit: 'tokens', limit: 36_000, refill: 'window' },
      ],
    ],
    [
      'Cohere: calls of a trial key',
      'cohere',
      {
        'x-endpoint-monthly-call-limit': '1000',
        'x-trial-endpoint-call-limit': '20',
        'x-trial-endpoint-call-remaining': '19',
      },
      [{ bucket: 'requests', unit: 'requests', limit: 20, remaining: 19, refill: 'continuous' }],
    ],
    [
      'a host of any kind: one header for all',
      'openai-compatible',
      { ratelimit: '"default";r=4;t=12' },
      [{ bucket: 'requests', unit: 'requests', remaining: 4, resetAtMs: inMs(12_000), refill: 'window' }],
    ],
    [
      'a host of any kind: the older draft, with its policies',
      'openai-compatible',
      {
        'ratelimit-limit': '100, 100;w=60, 10000;w=86400',
        'ratelimit-remaining': '98',
        'ratelimit-reset': '3',
      },
      [
        {
          bucket: 'requests',
          unit: 'requests',
          limit: 100,
          remaining: 98,
          resetAtMs: inMs(3_000),
          refill: 'window',
        },
      ],
    ],
  ])('%s', (_name, id, headers, expected) => {
    expect(read(id, headers)).toEqual(expected);
  });

  it.each<[string, ProviderId, Headers]>([
    ['an answer without any', 'openai', { 'x-request-id': 'req_1', 'content-type': 'application/json' }],
    ['names of somebody else', 'gemini', openai(['1', '2'], ['1', '2'], ['1s', '2s'])],
    ['blank values', 'openai', openai(['', ' '], ['', ''], ['', ''])],
    ['words', 'openai', openai(['unlimited', 'n/a'], ['null', 'NaN'], ['never', 'soon'])],
    ['thousands with commas, which are no list', 'openai', openai(['30,000'], [], [])],
    ['less than nothing', 'openai', openai(['-1', '-5'], ['-1', '-20'], ['-3', '-1s'])],
    ['an end beyond belief', 'openai-compatible', openai([], [], ['400 days'])],
    ['a window of no length', 'openai', { 'x-codex-primary-window-minutes': '300' }],
    ['a refusal of extra usage', 'anthropic', { 'anthropic-ratelimit-unified-overage-status': 'rejected' }],
  ])('says nothing for %s', (_name, id, headers) => {
    expect(read(id, headers)).toEqual([]);
  });

  it('gives the same empty list every time', () => {
    expect(read('openai', {})).toBe(read('anthropic', { 'x-request-id': 'r', server: 'cloudflare' }));
  });

  it('takes the last of a repeated header, and ignores a name without a value', () => {
    const name = 'x-ratelimit-remaining-tokens';
    expect(readQuotaHeaders(PROVIDERS.openai, [name, '5', name, '4', name], NOW)).toEqual([
      { bucket: 'tokens', unit: 'tokens', remaining: 4, refill: 'continuous' },
    ]);
  });
});

describe('windows of a subscription', () => {
  const share = (bucket: string, remaining: number | undefined, resetAtMs?: number): QuotaReading => ({
    bucket,
    unit: 'share',
    limit: 1,
    remaining,
    resetAtMs,
    refill: 'window',
  });
  const FIVE_HOURS = '1777975200';
  const WEEK = '1778500800';

  it.each<[string, ProviderId, Headers, readonly QuotaReading[]]>([
    [
      'Anthropic: the fraction that is used',
      'anthropic',
      {
        'anthropic-ratelimit-unified-status': 'allowed',
        'anthropic-ratelimit-unified-representative-claim': 'five_hour',
        'anthropic-ratelimit-unified-fallback-percentage': '0.5',
        ...unified('5h', 'allowed', '0.25', FIVE_HOURS),
        ...unified('7d', 'allowed_warning', '0.75', WEEK),
        ...unified('7d_opus', 'allowed', '0.5', WEEK),
      },
      [
        share('5h', 0.75, 1_777_975_200_000),
        share('week', 0.25, 1_778_500_800_000),
        share('week_opus', 0.5, 1_778_500_800_000),
      ],
    ],
    [
      'Anthropic: a status outweighs the fraction, both ways',
      'anthropic',
      { ...unified('5h', 'rejected', '0.97', FIVE_HOURS), ...unified('7d', 'allowed', '1.01', WEEK) },
      [share('5h', 0, 1_777_975_200_000), share('week', undefined, 1_778_500_800_000)],
    ],
    [
      'Anthropic: without a status the fraction decides',
      'vertex-anthropic',
      { 'anthropic-ratelimit-unified-5h-utilization': '1.0' },
      [share('5h', 0)],
    ],
    [
      'Anthropic: a spent window that extra usage goes on after',
      'anthropic',
      {
        'anthropic-ratelimit-unified-overage-status': 'allowed',
        ...unified('5h', 'rejected', '1.0', FIVE_HOURS),
        ...unified('7d', 'allowed', '0.5', WEEK),
      },
      [share('week', 0.5, 1_778_500_800_000)],
    ],
    [
      'Codex: named by their length, whichever comes first',
      'openai',
      {
        'x-codex-primary-used-percent': '75',
        'x-codex-primary-window-minutes': '10080',
        'x-codex-primary-reset-at': WEEK,
        'x-codex-secondary-used-percent': '100.0',
        'x-codex-secondary-window-minutes': '300',
        'x-codex-secondary-reset-after-seconds': '900',
      },
      [share('week', 0.25, 1_778_500_800_000), share('5h', 0, inMs(900_000))],
    ],
    [
      'Codex: without lengths, in their usual order',
      'openai-compatible',
      { 'x-codex-primary-used-percent': '50', 'x-codex-secondary-used-percent': '0' },
      [share('5h', 0.5), share('week', 1)],
    ],
    [
      'Codex: other lengths',
      'openai',
      {
        'x-codex-primary-used-percent': '50',
        'x-codex-primary-window-minutes': '43200',
        'x-codex-secondary-used-percent': '50',
        'x-codex-secondary-window-minutes': '90',
      },
      [share('month', 0.5), share('90m', 0.5)],
    ],
  ])('%s', (_name, id, headers, expected) => {
    expect(read(id, headers)).toEqual(expected);
  });
});

describe('any headers at all', () => {
  const known = [
    ...Object.keys(openai(['1', '1'], ['1', '1'], ['1', '1'])),
    'x-ratelimit-limit-project-tokens',
    'x-ratelimit-limit',
    'x-ratelimit-remaining',
    'x-ratelimit-reset',
    'x-ratelimit-reset-requests-day',
    'x-ratelimit-limit-req-minute',
    'ratelimitbysize-reset',
    'ratelimit',
    'ratelimit-reset',
    'anthropic-ratelimit-requests-limit',
    'anthropic-ratelimit-tokens-remaining',
    'anthropic-ratelimit-input-tokens-reset',
    'anthropic-ratelimit-unified-5h-status',
    'anthropic-ratelimit-unified-5h-utilization',
    'anthropic-ratelimit-unified-7d_opus-reset',
    'anthropic-ratelimit-unified-overage-status',
    'anthropic-ratelimit-unified-__proto__-status',
    'x-codex-primary-used-percent',
    'x-codex-primary-window-minutes',
    'x-codex-secondary-reset-at',
    'x-trial-endpoint-call-remaining',
    'x-tokenlimit-remaining',
  ];
  const bytes = fc.uint8Array({ maxLength: 120 }).map((value) => Buffer.from(value).toString('latin1'));
  const value = fc.oneof(
    bytes,
    fc.double().map(String),
    fc.integer().map(String),
    fc.bigInt().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc
      .tuple(fc.double({ min: -1e20, max: 1e20 }), fc.constantFrom('ms', 's', 'm', 'h', 'd', 'w'))
      .map(([count, unit]) => `${count}${unit}`),
    fc.constantFrom('rejected', 'allowed', 'Infinity', 'NaN', '-0', '1e999', '0x10', '9'.repeat(400)),
    fc.tuple(fc.integer(), fc.integer()).map(([r, t]) => `limit=${r};r=${r};t=${t}`),
  );
  const name = fc.oneof(fc.constantFrom(...known), bytes);

  it('never throw, and give no number that is negative, infinite or none', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PROVIDER_IDS),
        fc.array(fc.oneof(name, value), { maxLength: 24 }),
        fc.array(fc.tuple(name, value), { maxLength: 24 }),
        (id, loose, pairs) => {
          for (const reading of readQuotaHeaders(PROVIDERS[id], [...pairs.flat(), ...loose], NOW)) {
            for (const number of [reading.limit, reading.remaining, reading.resetAtMs]) {
              if (number === undefined) continue;
              expect(Number.isFinite(number)).toBe(true);
              expect(number).toBeGreaterThanOrEqual(0);
            }
            expect(reading.bucket).not.toBe('');
            if (reading.unit === 'share') expect(reading.remaining ?? 0).toBeLessThanOrEqual(1);
            if (reading.resetAtMs === undefined) continue;
            expect(reading.resetAtMs).toBeGreaterThanOrEqual(NOW);
            expect(reading.resetAtMs).toBeLessThanOrEqual(NOW + MAX_WAIT_MS + 1);
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
