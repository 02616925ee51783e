import { wallClockMs } from '@turnpike/kernel';
import type { ProviderDefinition } from '../definition';
import { nextMidnight } from '../failure/zone-time';

/** One day of a provider's daily limits. */
export interface QuotaDay {
  /** The date where the provider counts: the same all day long. */
  readonly id: string;
  readonly endsAtMs: number;
}

interface KnownDay {
  readonly day: QuotaDay;
  /** Instants from here to the day's end are known to be on it. */
  readonly sinceMs: number;
}

const DAY_MS = 86_400_000;

/** Zone arithmetic takes microseconds, and admission asks for the day on every call. */
const today = new Map<string, KnownDay>();

/** The day that the provider counts `nowMs` to: of its own zone, 23 to 25 hours long; of unknown ones UTC's. */
export function quotaDay({ quota }: ProviderDefinition, nowMs: number): QuotaDay {
  const zone = quota?.dayZone ?? 'UTC';
  const known = today.get(zone);
  if (known && nowMs >= known.sinceMs && nowMs < known.day.endsAtMs) return known.day;
  const day = {
    id: new Date(wallClockMs(nowMs, zone)).toISOString().slice(0, 10),
    endsAtMs: nextMidnight(nowMs, zone) ?? nowMs + DAY_MS,
  };
  today.set(zone, { day, sinceMs: nowMs });
  return day;
}
