import type { QuotaLimits } from '@turnpike/protocol';
import { countIn, minuteUse } from '../minute-window';
import type { Entry, GroupState } from './group-state';

/** What is counted beforehand is used up, or given back, within this time. */
export const ADVANCE_MS = 250;
/** Nobody takes more than this part of what is left: others come too. */
const MOST_OF_LEFT = 1 / 8;
const NOTHING = { requests: 0, tokens: 0 };

type Used = Pick<GroupState, 'minute' | 'day'>;

const part = (limit: number | undefined, used: number, each: number): number =>
  limit === undefined || each === 0 ? Infinity : Math.floor(((limit - used) * MOST_OF_LEFT) / each);

const tokensOf = ({ demand }: Entry): number => demand.inputTokens + demand.outputTokens;
const isMinuteLimited = ({ rpm, tpm }: QuotaLimits): boolean => rpm !== undefined || tpm !== undefined;
const isDayLimited = ({ limits, day }: Entry): boolean =>
  day !== undefined && (limits?.rpd !== undefined || limits?.tpd !== undefined);

/**
 * How many calls like this one, which has been counted already, are counted beforehand. None where calls under way are
 * limited: each has a lease of its own.
 */
export function advanceOf({ minute, day }: Used, entry: Entry, nowMs: number): number {
  const { limits, day: today, ahead = 0 } = entry;
  if (!limits || ahead === 0 || limits.concurrency !== undefined) return 0;
  if (!isMinuteLimited(limits) && !isDayLimited(entry)) return 0;
  const tokens = tokensOf(entry);
  const used = minuteUse(minute, nowMs);
  const usedToday = today && day?.id === today.id ? day : NOTHING;
  return Math.max(
    0,
    Math.min(
      ahead,
      part(limits.rpm, used.requests, 1),
      part(limits.tpm, used.tokens, tokens),
      today ? part(limits.rpd, usedToday.requests, 1) : Infinity,
      today ? part(limits.tpd, usedToday.tokens, tokens) : Infinity,
    ),
  );
}

/** Counts so many calls like this one, where the last of them may come: none leaves the minute before its own is over. */
export function countAhead({ minute, day }: Used, entry: Entry, calls: number, nowMs: number): Used {
  const { limits } = entry;
  if (!limits || calls === 0) return { minute, day };
  const more = { requests: calls, tokens: calls * tokensOf(entry) };
  const isToday = day !== undefined && day.id === entry.day?.id && isDayLimited(entry);
  return {
    minute: isMinuteLimited(limits) ? countIn(minute, more, nowMs + ADVANCE_MS, nowMs) : minute,
    day: isToday
      ? { id: day.id, requests: day.requests + more.requests, tokens: day.tokens + more.tokens }
      : day,
  };
}
