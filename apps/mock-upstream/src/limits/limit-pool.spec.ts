import { LimitBook } from './limit-book';
import type { LimitPoolOptions } from './limit-pool';
import { poolHeaders } from './pool-headers';
import { readLimits } from './read-limits';

const NOW = Date.parse('2026-05-05T05:05:05.000Z');

const open = (...pools: readonly Partial<LimitPoolOptions>[]): LimitBook => {
  const book = new LimitBook();
  book.setPools(
    pools.map((pool) => ({ credentials: '*', headers: 'openai', ...pool })),
    NOW,
  );
  return book;
};
const kinds = (book: LimitBook, count: number, tokens = 1): readonly string[] =>
  Array.from({ length: count }, () => {
    const verdict = book.admit('a', tokens, NOW);
    return verdict.kind === 'refused' ? verdict.refusal.kind : 'admitted';
  });

describe('pools of limits', () => {
  it('are shared by the credentials they name, and nobody else', () => {
    const book = open({ credentials: ['a', 'b'], rpm: 2 });
    expect(['a', 'b', 'a', 'c'].map((credential) => book.admit(credential, 1, NOW).kind)).toEqual([
      'admitted',
      'admitted',
      'refused',
      'admitted',
    ]);
  });

  it('hold for those without a credential where they hold for all', () => {
    const book = open({ rpm: 1 });
    expect([undefined, undefined].map((credential) => book.admit(credential, 1, NOW).kind)).toEqual([
      'admitted',
      'refused',
    ]);
  });

  it.each<[string, Partial<LimitPoolOptions>, number, readonly string[]]>([
    ['as many as the limit at once', { rpm: 2 }, 1, ['admitted', 'admitted', 'rpm']],
    ['no more at once than the burst', { rpm: 60, burst: 1 }, 1, ['admitted', 'rpm', 'rpm']],
    ['tokens by their estimate', { tpm: 100 }, 40, ['admitted', 'admitted', 'tpm']],
    ['tokens by their burst', { tpm: 600, tokenBurst: 50 }, 40, ['admitted', 'tpm', 'tpm']],
    ['what is too large for good', { tpm: 30 }, 40, ['tpm', 'tpm', 'tpm']],
    ['requests of a day', { rpd: 1, rpm: 9 }, 1, ['admitted', 'rpd', 'rpd']],
    ['requests under way', { rpm: 9, concurrency: 1 }, 1, ['admitted', 'concurrency', 'concurrency']],
  ])('count %s', (_name, pool, tokens, expected) => {
    expect(kinds(open(pool), 3, tokens)).toEqual(expected);
  });

  it('take from all of them or from none', () => {
    const book = open({ rpm: 5 }, { rpm: 1 });
    expect(kinds(book, 3)).toEqual(['admitted', 'rpm', 'rpm']);
    expect(book.pools.map((pool) => pool.remainder('rpm', NOW)?.remaining)).toEqual([4, 0]);
    expect(book.pools.map(({ admitted, refused }) => [admitted, refused])).toEqual([
      [1, 0],
      [1, 2],
    ]);
  });

  it('free a place when a request leaves, and correct its tokens', () => {
    const [pool] = open({ concurrency: 1, tpm: 1_000 }).pools;
    pool?.enter(10, NOW);
    expect(pool?.refusalOf(10, NOW)).toMatchObject({ kind: 'concurrency', waitMs: undefined });
    pool?.leave(1_490, NOW);
    expect(pool?.refusalOf(10, NOW)).toMatchObject({
      kind: 'tpm',
      limit: 1_000,
      used: 1_500,
      waitMs: 30_600,
    });
    expect(pool?.remainder('tpm', NOW)).toEqual({ limit: 1_000, remaining: 0, fullInMs: 90_000 });
  });

  it.each<[LimitPoolOptions['headers'], Record<string, string>]>([
    [
      'openai',
      {
        'x-ratelimit-limit-requests': '60',
        'x-ratelimit-remaining-requests': '59',
        'x-ratelimit-reset-requests': '1s',
        'x-ratelimit-limit-tokens': '6000',
        'x-ratelimit-remaining-tokens': '3400',
        'x-ratelimit-reset-tokens': '26s',
      },
    ],
    [
      'anthropic',
      {
        'anthropic-ratelimit-requests-limit': '60',
        'anthropic-ratelimit-requests-remaining': '59',
        'anthropic-ratelimit-requests-reset': '2026-05-05T05:05:06Z',
        'anthropic-ratelimit-tokens-limit': '6000',
        'anthropic-ratelimit-tokens-remaining': '3000',
        'anthropic-ratelimit-tokens-reset': '2026-05-05T05:05:31Z',
      },
    ],
    [
      'groq',
      {
        'x-ratelimit-limit-requests': '14400',
        'x-ratelimit-remaining-requests': '14399',
        'x-ratelimit-reset-requests': '6s',
        'x-ratelimit-limit-tokens': '6000',
        'x-ratelimit-remaining-tokens': '3400',
        'x-ratelimit-reset-tokens': '26s',
      },
    ],
    ['gemini', {}],
    ['none', {}],
  ])('tell what is left like %s', (headers, expected) => {
    const book = open({ headers, rpm: 60, rpd: 14_400, tpm: 6_000 });
    book.admit('a', 2_600, NOW);
    expect(book.pools.map((pool) => poolHeaders(pool, NOW))).toEqual([expected]);
  });

  it.each<[unknown, string]>([
    [{}, 'expected a list of pools'],
    [[1], 'limits.0: expected an object'],
    [[{ credentials: '*', headers: 'openai', rps: 1 }], 'limits.0.rps: unknown; known are name credentials'],
    [[{ credentials: 'a', headers: 'openai' }], 'limits.0.credentials: expected a list, or *'],
    [[{ credentials: '*', headers: 'azure' }], 'limits.0.headers: expected one of openai anthropic'],
    [[{ credentials: '*', headers: 'none', rpm: 0 }], 'limits.0.rpm: expected a whole number from 1'],
    [[{ credentials: '*', headers: 'none', name: 1 }], 'limits.0.name: expected a text'],
  ])('are refused when they are %j', (value, message) => {
    expect(() => readLimits(value)).toThrow(message);
  });
});
