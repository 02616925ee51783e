import { instantOfNumber, parseDate } from './parse-instant';

export interface SubscriptionWindows {
  /** A window of the subscription is used up. */
  readonly spent: boolean;
  /** End of the spent window; of several the latest, since all must be open again. */
  readonly resetAtMs?: number;
  /** Windows were listed and every one has something left: the refusal is about the model alone. */
  readonly open: boolean;
}

interface Window {
  status?: string;
  used?: number;
  resetAtMs?: number;
}

const UNIFIED = /^anthropic-ratelimit-unified-(?:([a-z0-9_-]{1,30}?)-)?(status|utilization|reset)$/;
/** Extra usage beyond the plan: its refusal spends no window. */
const NO_WINDOW = new Set(['overage', 'fallback']);

type Headers = Readonly<Record<string, string>>;

function instantOf(value: string, nowMs: number): number | undefined {
  const text = value.trim();
  if (text === '') return undefined;
  return /^\d+(?:\.\d+)?$/.test(text) ? instantOfNumber(Number(text), nowMs) : parseDate(text, 'UTC');
}

function unifiedWindows(headers: Headers, nowMs: number): Map<string, Window> {
  const windows = new Map<string, Window>();
  for (const [name, value] of Object.entries(headers)) {
    const [, key = '', field] = UNIFIED.exec(name) ?? [];
    if (field === undefined || NO_WINDOW.has(key.split('-')[0] ?? '')) continue;
    const window = windows.get(key) ?? {};
    if (field === 'status') window.status = value.trim().toLowerCase();
    else if (field === 'utilization') window.used = Number(value);
    else window.resetAtMs = instantOf(value, nowMs);
    windows.set(key, window);
  }
  return windows;
}

function codexWindows(headers: Headers, nowMs: number): Window[] {
  return ['primary', 'secondary'].flatMap((name) => {
    const used = headers[`x-codex-${name}-used-percent`]?.trim();
    if (used === undefined || used === '' || headers[`x-codex-${name}-window-minutes`]?.trim() === '0')
      return [];
    const after = Number(headers[`x-codex-${name}-reset-after-seconds`]?.trim() || Number.NaN);
    const at = instantOf(headers[`x-codex-${name}-reset-at`] ?? '', nowMs);
    return [{ used: Number(used) / 100, resetAtMs: after > 0 ? nowMs + after * 1_000 : at }];
  });
}

/** A status decides where there is one; else the fraction used. */
const isSpent = (window: Window): boolean =>
  window.status === undefined
    ? (window.used ?? 0) >= 1
    : window.status === 'rejected' || window.status === 'exceeded';

/** Reads `anthropic-ratelimit-unified-*` and `x-codex-*`. */
export function readSubscriptionWindows(headers: Headers, nowMs: number): SubscriptionWindows {
  const unified = unifiedWindows(headers, nowMs);
  const overall = unified.get('');
  unified.delete('');
  const windows = [...unified.values(), ...codexWindows(headers, nowMs)];
  const spent = windows.filter(isSpent);
  if (spent.length === 0 && overall && isSpent(overall)) spent.push(overall);
  const resets = spent
    .map((window) => window.resetAtMs)
    .filter((at) => at !== undefined && at > nowMs) as number[];
  return {
    spent: spent.length > 0,
    resetAtMs: resets.length > 0 ? Math.max(...resets) : undefined,
    open: spent.length === 0 && windows.length > 0,
  };
}
