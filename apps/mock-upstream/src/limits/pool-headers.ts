import { goDuration } from '../serve/limit-headers';
import type { LimitPool, Refusal, Remainder } from './limit-pool';

type Headers = Record<string, string>;

function openaiBucket(kind: 'requests' | 'tokens', left: Remainder | undefined): Headers {
  if (!left) return {};
  return {
    [`x-ratelimit-limit-${kind}`]: String(left.limit),
    [`x-ratelimit-remaining-${kind}`]: String(left.remaining),
    [`x-ratelimit-reset-${kind}`]: goDuration(left.fullInMs),
  };
}

/** Dates without fractions; what is left of tokens in whole thousands. */
function anthropicBucket(kind: 'requests' | 'tokens', left: Remainder | undefined, nowMs: number): Headers {
  if (!left) return {};
  const { limit, remaining, fullInMs } = left;
  const shown = kind === 'tokens' ? Math.min(limit, Math.round(remaining / 1_000) * 1_000) : remaining;
  const resetMs = Math.ceil((nowMs + fullInMs) / 1_000) * 1_000;
  return {
    [`anthropic-ratelimit-${kind}-limit`]: String(limit),
    [`anthropic-ratelimit-${kind}-remaining`]: String(shown),
    [`anthropic-ratelimit-${kind}-reset`]: new Date(resetMs).toISOString().replace('.000Z', 'Z'),
  };
}

/** What every answer tells of a pool. */
export function poolHeaders(pool: LimitPool, nowMs: number): Headers {
  const tokens = pool.remainder('tpm', nowMs);
  switch (pool.voice) {
    case 'openai':
      return {
        ...openaiBucket('requests', pool.remainder('rpm', nowMs)),
        ...openaiBucket('tokens', tokens),
      };
    case 'anthropic':
      return {
        ...anthropicBucket('requests', pool.remainder('rpm', nowMs), nowMs),
        ...anthropicBucket('tokens', tokens, nowMs),
      };
    // The day's requests stand where others tell the minute's, which no header tells.
    case 'groq':
      return {
        ...openaiBucket('requests', pool.remainder('rpd', nowMs)),
        ...openaiBucket('tokens', tokens),
      };
    case 'gemini':
    case 'none':
      return {};
  }
}

/** How a refusal tells its wait in headers. Google tells it in the body. */
export function waitHeaders({ voice }: LimitPool, { waitMs }: Refusal): Headers {
  if (waitMs === undefined || !Number.isFinite(waitMs) || voice === 'gemini' || voice === 'none') return {};
  const seconds = { 'retry-after': String(Math.ceil(waitMs / 1_000)) };
  return voice === 'openai' ? { ...seconds, 'retry-after-ms': String(Math.ceil(waitMs)) } : seconds;
}
