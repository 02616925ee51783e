import type { QuotaReading } from '@turnpike/protocol';
import fc from 'fast-check';
import { PROVIDERS, PROVIDER_IDS, type ProviderId } from '../../registry';
import { MAX_WAIT_MS } from '../failure/parse-instant';
import { COMMON_HEADERS } from './quota-data';
import { readQuotaHeaders } from './read-quota-headers';

const NOW = Date.parse('2026-05-05T05:05:05.000Z');
const at = (text: string): number => Date.parse(text);
const inMs = (ms: number): number => NOW + ms;

type Headers = Readonly<Record<string, string>>;

const read = (id: ProviderId, headers: Headers): readonly QuotaReading[] =>
  readQuotaHeaders(PROVIDERS[id], Object.entries(headers).flat(), NOW);

/** A reading; whether it is about tokens or requests, its bucket says. */
const told =
  (refill: QuotaReading['refill']) =>
  (bucket: string, limit?: number, remaining?: number, resetAtMs?: number): QuotaReading => {
    const unit = bucket.includes('tokens') ? 'tokens' : 'requests';
    return { bucket, unit, limit, remaining, resetAtMs, refill };
  };
const filling = told('continuous');
const window = told('window');

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

describe('what an answer says of the limits', () => {
  it.each<[string, ProviderId, Headers, readonly QuotaReading[]]>([
    [
      'OpenAI: buckets that fill steadily',
      'openai',
      openai(['60', '150000'], ['59', '149984'], ['1s', '6ms']),
      [filling('requests', 60, 59, inMs(1_000)), filling('tokens', 150_000, 149_984, inMs(6))],
    ],
    [
      'OpenAI: a bucket of 200 that gets one back in seven minutes is a day’s',
      'openai',
      openai(['200'], ['199'], ['7m12s']),
      [filling('requests_day', 200, 199, inMs(432_000))],
    ],
    [
      'OpenAI: nearly empty buckets of a minute take a minute',
      'openai',
      openai(['500', '30000'], ['3', '0'], ['59.64s', '1m0s']),
      [filling('requests', 500, 3, inMs(59_640)), filling('tokens', 30_000, 0, inMs(60_000))],
    ],
    [
      'OpenAI: a bucket of the project',
      'openai',
      {
        'x-ratelimit-limit-project-tokens': '60000',
        'x-ratelimit-remaining-project-tokens': '57000',
        'x-ratelimit-reset-project-tokens': '3s',
      },
      [filling('project_tokens', 60_000, 57_000, inMs(3_000))],
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
        filling('requests', 50, 49, inMs(2_000)),
        // A second ago, and already full.
        filling('tokens', 40_000, 39_000, NOW),
        filling('input_tokens', 30_000, 0, inMs(60_000)),
        filling('output_tokens', 8_000, 8_000),
      ],
    ],
    [
      'Groq: requests of a day, tokens of a minute',
      'groq',
      openai(['14400', '18000'], ['14370', '17997'], ['2m59.56s', '7.66s']),
      [
        filling('requests_day', 14_400, 14_370, inMs(179_560)),
        filling('tokens', 18_000, 17_997, inMs(7_660)),
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
        window('requests', 23, 0, at('2026-05-05T05:06:00Z')),
        window('tokens', 356_250, 356_000, at('2026-05-05T05:06:00Z')),
        window('tokens_month', 4_000_000_000, 3_999_999_000),
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
      [window('tokens', 500_000, 499_983, inMs(32_000))],
    ],
    [
      'Mistral: a model that the plan does not have',
      'mistral',
      { 'x-ratelimit-limit-req-minute': '0' },
      [window('requests', 0, undefined, at('2026-05-05T05:06:00Z'))],
    ],
    [
      'xAI: no resets',
      'xai',
      openai(['480', '2000000'], ['479', '1999880'], []),
      [window('requests', 480, 479), window('tokens', 2_000_000, 1_999_880)],
    ],
    [
      'Azure: whole seconds, and a coarse reset makes no day',
      'azure-openai',
      openai(['20000', '2000000'], ['19999', '-1'], ['3', '0']),
      [filling('requests', 20_000, 19_999, inMs(3_000)), filling('tokens', 2_000_000, undefined, NOW)],
    ],
    [
      'GitHub Models: a reset of 0 ends no window',
      'github-models',
      openai(['20000', '2000000'], ['19999', '1999967'], ['3', '0']),
      [window('requests', 20_000, 19_999, inMs(3_000)), window('tokens', 2_000_000, 1_999_967)],
    ],
    [
      'OpenRouter: epoch milliseconds of the next minute',
      'openrouter',
      { 'x-ratelimit-limit': '20', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1777957560000' },
      [window('requests', 20, 0, 1_777_957_560_000)],
    ],
    [
      'OpenRouter: free calls of the day, under the same name',
      'openrouter',
      { 'x-ratelimit-limit': '50', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1778025600000' },
      [window('requests_day', 50, 0, at('2026-05-06T00:00:00Z'))],
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
        window('requests_day', 14_400, 14_399, inMs(33_011_383)),
        window('tokens', 60_000, 59_000, inMs(11_383)),
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
        window('requests', 60, 58, 1_777_957_560_000),
        window('requests_day', 12_000, 11_000, inMs(15_420_000)),
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
      [window('requests_second', 10, 9, inMs(100)), window('tokens_second', 3_000, 2_890)],
    ],
    [
      'Fireworks: prompt and answer apart',
      'fireworks',
      {
        'x-ratelimit-limit-tokens-prompt': '3600000',
        'x-ratelimit-remaining-tokens-prompt': '3599000',
        'x-ratelimit-limit-tokens-generated': '36000',
      },
      [window('input_tokens', 3_600_000, 3_599_000), window('output_tokens', 36_000)],
    ],
    [
      'Cohere: calls of a trial key',
      'cohere',
      {
        'x-endpoint-monthly-call-limit': '1000',
        'x-trial-endpoint-call-limit': '20',
        'x-trial-endpoint-call-remaining': '19',
      },
      [filling('requests', 20, 19)],
    ],
    [
      'a host of any kind: one header for all',
      'openai-compatible',
      { ratelimit: '"default";r=4;t=12' },
      [window('requests', undefined, 4, inMs(12_000))],
    ],
    [
      'a host of any kind: buckets that will be full when what is missing has come back',
      'openai-compatible',
      openai(['600', '90000'], ['3', '60000'], ['59.7s', '20s']),
      [filling('requests', 600, 3, inMs(59_700)), filling('tokens', 90_000, 60_000, inMs(20_000))],
    ],
    [
      'a host of any kind: windows, whose ends do not know what is left',
      'openai-compatible',
      openai(['600', '90000'], ['3', '60000'], ['12s', '50s']),
      [window('requests', 600, 3, inMs(12_000)), window('tokens', 90_000, 60_000, inMs(50_000))],
    ],
    [
      'a host of any kind: the older draft, with its policies',
      'openai-compatible',
      {
        'ratelimit-limit': '100, 100;w=60, 10000;w=86400',
        'ratelimit-remaining': '98',
        'ratelimit-reset': '3',
      },
      [window('requests', 100, 98, inMs(3_000))],
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
      filling('tokens', undefined, 4),
    ]);
  });
});

describe('the tables of headers', () => {
  it.each(PROVIDER_IDS)('of %s name each header once, in letters that are looked at', (id) => {
    const names = (PROVIDERS[id].quota?.headers ?? COMMON_HEADERS).flatMap((row) =>
      [row.limit, row.remaining, row.reset, row.combined].filter((name) => name !== undefined),
    );
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[xar][a-z-]+$/);
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
