const SECOND_MS = 1_000;
/** One second more than a minute: a call counts from anywhere within its second. */
const SECONDS = 61;

interface Slot {
  readonly second: number;
  readonly requests: number;
  readonly tokens: number;
}

/**
 * Requests and tokens of the last minute, by second. It slides, so it stays below token buckets and fixed minutes
 * alike. Plain data, oldest first.
 */
export type MinuteWindow = readonly Slot[];

/** Per minute; undefined: not limited. */
export interface MinuteLimits {
  readonly rpm?: number;
  readonly tpm?: number;
}

const secondOf = (ms: number): number => Math.floor(ms / SECOND_MS);

const recent = (window: MinuteWindow, nowMs: number): MinuteWindow => {
  const oldest = secondOf(nowMs) - SECONDS;
  const [first] = window;
  return first !== undefined && first.second <= oldest
    ? window.filter(({ second }) => second > oldest)
    : window;
};

/** What the last minute holds. */
export function minuteUse(window: MinuteWindow, nowMs: number): { requests: number; tokens: number } {
  const use = { requests: 0, tokens: 0 };
  for (const slot of recent(window, nowMs)) {
    use.requests += slot.requests;
    use.tokens += slot.tokens;
  }
  return use;
}

/** Counts a call at `atMs`; settling one corrects its tokens, in the second in which it was counted. */
export function countIn(
  window: MinuteWindow,
  what: { readonly requests: number; readonly tokens: number },
  atMs: number,
  nowMs: number,
): MinuteWindow {
  const next = [...recent(window, nowMs)];
  const second = secondOf(atMs);
  // From the end: nearly always it is the latest.
  let at = next.length;
  while (at > 0 && (next[at - 1]?.second ?? 0) >= second) at--;
  const own = next[at]?.second === second ? next[at] : undefined;
  const slot = {
    second,
    requests: Math.max(0, (own?.requests ?? 0) + what.requests),
    tokens: Math.max(0, (own?.tokens ?? 0) + what.tokens),
  };
  next.splice(at, own ? 1 : 0, slot);
  return next;
}

/**
 * Epoch milliseconds from which a call of so many tokens fits; `nowMs` when it fits now. One that is larger than the
 * limit itself waits for an empty minute and goes: the provider knows better.
 */
export function minuteOpensAt(
  window: MinuteWindow,
  { rpm, tpm }: MinuteLimits,
  tokens: number,
  nowMs: number,
): number {
  const kept = recent(window, nowMs);
  const used = minuteUse(kept, nowMs);
  const fits = (): boolean =>
    (rpm === undefined || used.requests + 1 <= Math.max(1, rpm)) &&
    (tpm === undefined || used.tokens + tokens <= tpm || used.tokens === 0);
  if (fits()) return nowMs;
  for (const slot of kept) {
    used.requests -= slot.requests;
    used.tokens -= slot.tokens;
    if (fits()) return (slot.second + SECONDS) * SECOND_MS;
  }
  return nowMs;
}
