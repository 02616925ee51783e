import type { QuotaReading } from '@turnpike/protocol';

/** How one vendor tells one of its limits: names of headers in lower case. */
export interface QuotaHeaders extends Pick<QuotaReading, 'bucket' | 'refill'> {
  readonly unit: 'requests' | 'tokens';
  readonly limit?: string;
  readonly remaining?: string;
  readonly reset?: string;
  /** One header that says all of it: `limit=10, remaining=4, reset=30`. */
  readonly combined?: string;
  /** Without a reset: the window ends whenever the clock is a multiple of this. */
  readonly clockWindowMs?: number;
  /** The name is the same for a minute's limit and a day's: how long it takes to fill tells which it is. */
  readonly maybeDaily?: boolean;
  /** Nobody knows how it refills: the numbers themselves may tell. */
  readonly guessed?: boolean;
}

/** What is known of a provider's limits beside their numbers. */
export interface QuotaData {
  /** Absent: names that speak for themselves, as windows. */
  readonly headers?: readonly QuotaHeaders[];
  /** IANA zone whose midnight ends the provider's day; absent: UTC. */
  readonly dayZone?: string;
}

type Row = Omit<QuotaHeaders, 'limit' | 'remaining' | 'reset' | 'combined'>;

/** `x-ratelimit-limit-requests` and its kin. `suffix` has its hyphen, or is empty. */
export const xRateLimit = (suffix: string, row: Row): QuotaHeaders => ({
  ...row,
  limit: `x-ratelimit-limit${suffix}`,
  remaining: `x-ratelimit-remaining${suffix}`,
  reset: `x-ratelimit-reset${suffix}`,
});

/** `anthropic-ratelimit-requests-limit` and its kin. */
export const anthropicRateLimit = (name: string, row: Row): QuotaHeaders => ({
  ...row,
  limit: `anthropic-ratelimit-${name}-limit`,
  remaining: `anthropic-ratelimit-${name}-remaining`,
  reset: `anthropic-ratelimit-${name}-reset`,
});

const requests = (bucket: string): Row => ({ bucket, unit: 'requests', refill: 'window', guessed: true });
const tokens = (bucket: string): Row => ({ bucket, unit: 'tokens', refill: 'window', guessed: true });

/**
 * What hosts without data of their own are understood by: xAI, GitHub Models, Cerebras, SambaNova, OpenRouter, vLLM
 * behind a proxy. Windows, because a bucket that fills steadily is the braver guess; unless the numbers are those of one.
 */
export const COMMON_HEADERS: readonly QuotaHeaders[] = [
  xRateLimit('-requests', { ...requests('requests'), maybeDaily: true }),
  xRateLimit('-requests-minute', requests('requests')),
  xRateLimit('-req-minute', requests('requests')),
  xRateLimit('-requests-hour', requests('requests_hour')),
  xRateLimit('-requests-day', requests('requests_day')),
  xRateLimit('-tokens', { ...tokens('tokens'), maybeDaily: true }),
  xRateLimit('-tokens-minute', tokens('tokens')),
  xRateLimit('-tokens-hour', tokens('tokens_hour')),
  xRateLimit('-tokens-day', tokens('tokens_day')),
  xRateLimit('-input-tokens', tokens('input_tokens')),
  xRateLimit('-output-tokens', tokens('output_tokens')),
  xRateLimit('', { ...requests('requests'), maybeDaily: true }),
  {
    ...requests('requests'),
    maybeDaily: true,
    limit: 'ratelimit-limit',
    remaining: 'ratelimit-remaining',
    reset: 'ratelimit-reset',
    combined: 'ratelimit',
  },
  anthropicRateLimit('requests', requests('requests')),
  anthropicRateLimit('tokens', tokens('tokens')),
  anthropicRateLimit('input-tokens', tokens('input_tokens')),
  anthropicRateLimit('output-tokens', tokens('output_tokens')),
];
