import type { QuotaReading } from '@turnpike/protocol';
import { MAX_WAIT_MS } from '../failure/parse-instant';
import { isSpent, listWindows, type SubscriptionWindow } from '../failure/subscription-windows';

const HOUR = 60;
const DAY = 24 * HOUR;

/** Extra usage goes on where a window ended: then its end stops nobody. */
const OVERAGE = 'anthropic-ratelimit-unified-overage-status';

function nameOf(minutes: number): string {
  if (minutes === DAY) return 'day';
  if (minutes === 7 * DAY) return 'week';
  if (minutes >= 28 * DAY && minutes <= 31 * DAY) return 'month';
  if (minutes % DAY === 0) return `${minutes / DAY}d`;
  return minutes % HOUR === 0 ? `${minutes / HOUR}h` : `${minutes}m`;
}

/** A status decides where there is one: of an open window that is all used up nobody knows what is left. */
function remainingOf(window: SubscriptionWindow): number | undefined {
  if (isSpent(window)) return 0;
  const { used } = window;
  if (used === undefined || Number.isNaN(used) || used >= 1) return undefined;
  return 1 - Math.max(0, used);
}

function toReading(window: SubscriptionWindow, nowMs: number): readonly QuotaReading[] {
  const { minutes, models, resetAtMs: at } = window;
  if (minutes === undefined) return [];
  const remaining = remainingOf(window);
  const resetAtMs = at !== undefined && at > nowMs && at - nowMs <= MAX_WAIT_MS ? Math.ceil(at) : undefined;
  if (remaining === undefined && resetAtMs === undefined) return [];
  const bucket = models === undefined ? nameOf(minutes) : `${nameOf(minutes)}_${models}`;
  return [{ bucket, unit: 'share', limit: 1, remaining, resetAtMs, refill: 'window' }];
}

/** Windows of a subscription, as what is left of each. */
export function readWindowShares(
  headers: Readonly<Record<string, string>>,
  nowMs: number,
): readonly QuotaReading[] {
  const goesOn = headers[OVERAGE]?.trim().toLowerCase().startsWith('allowed') === true;
  return listWindows(headers, nowMs)
    .filter((window) => !(goesOn && isSpent(window)))
    .flatMap((window) => toReading(window, nowMs));
}
