import type { LimitFamily } from '../script/plan';

const seconds = (waitMs: number): number => Math.ceil(waitMs / 1000);

/** `1m2s`, `500ms`: the spelling of x-ratelimit-reset headers. */
export const goDuration = (ms: number): string => {
  if (ms < 1000) return `${ms}ms`;
  const minutes = Math.floor(ms / 60_000);
  return `${minutes ? `${minutes}m` : ''}${(ms % 60_000) / 1000}s`;
};

/** The headers by which a 429 tells its wait, in one vendor family's spelling. */
export function limitHeaders(family: LimitFamily, waitMs: number, nowMs: number): Record<string, string> {
  const until = new Date(nowMs + waitMs);
  switch (family) {
    // Google tells it in the body.
    case 'google':
    case 'google-day':
    case 'google-zero':
    case 'none':
      return {};
    case 'seconds':
      return { 'retry-after': String(seconds(waitMs)) };
    case 'date':
      return { 'retry-after': until.toUTCString() };
    case 'ms':
      return { 'retry-after-ms': String(waitMs) };
    case 'openai':
      return {
        'x-ratelimit-limit-requests': '60',
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': goDuration(waitMs),
        'x-ratelimit-limit-tokens': '150000',
        'x-ratelimit-remaining-tokens': '149984',
        'x-ratelimit-reset-tokens': '6ms',
      };
    case 'anthropic':
      return {
        'anthropic-ratelimit-requests-limit': '50',
        'anthropic-ratelimit-requests-remaining': '0',
        'anthropic-ratelimit-requests-reset': until.toISOString(),
        'anthropic-ratelimit-tokens-limit': '40000',
        'anthropic-ratelimit-tokens-remaining': '39000',
        'anthropic-ratelimit-tokens-reset': new Date(nowMs).toISOString(),
        'retry-after': String(seconds(waitMs)),
      };
    case 'unified': {
      const reset = String(Math.ceil(until.getTime() / 1000));
      return {
        'anthropic-ratelimit-unified-status': 'rejected',
        'anthropic-ratelimit-unified-representative-claim': 'five_hour',
        'anthropic-ratelimit-unified-reset': reset,
        'anthropic-ratelimit-unified-5h-status': 'rejected',
        'anthropic-ratelimit-unified-5h-utilization': '1.0',
        'anthropic-ratelimit-unified-5h-reset': reset,
        'anthropic-ratelimit-unified-7d-status': 'allowed',
        'anthropic-ratelimit-unified-7d-utilization': '0.4',
        'anthropic-ratelimit-unified-7d-reset': String(Math.ceil(nowMs / 1000) + 4 * 86_400),
      };
    }
  }
}
