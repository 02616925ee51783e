import type { ProviderDefinition } from '../definition';

/** One day of a provider's daily limits. */
export interface QuotaDay {
  /** The same all day long, another one on every other day. */
  readonly id: string;
  readonly endsAtMs: number;
}

const DAY_MS = 86_400_000;

/** The day that the provider counts `nowMs` to. */
export function quotaDay(_definition: ProviderDefinition, nowMs: number): QuotaDay {
  const day = Math.floor(nowMs / DAY_MS);
  return { id: String(day), endsAtMs: (day + 1) * DAY_MS };
}
