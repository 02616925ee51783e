import { instantOfNumber, parseDate } from './parse-instant';

export interface SubscriptionWindows {
  /** A window of the subscription is used up. */
  readonly spent: boolean;
  /** End of the spent window; of several the latest, since all must be open again. */
  readonly resetAtMs?: number;
  /** Windows were listed and every one has something left: the refusal is about the model alone. */
  readonly open: boolean;
}

/** One window as it was told. */
export interface SubscriptionWindow {
  readonly status?: string;
  /** Fraction of the whole. */
  readonly used?: number;
  readonly resetAtMs?: number;
  /** How long it is; undefined: its name does not say. */
  readonly minutes?: number;
  /** Name of the models that it is for; undefined: all. */
  readonly models?: string;
}

type Told = { -readonly [Member in 'status' | 'used' | 'resetAtMs']?: SubscriptionWindow[Member] };

const UNIFIED = /^anthropic-ratelimit-unified-(?:([a-z0-9_-]{1,30}?)-)?(status|utilization|reset)$/;
const UNIFIED_LENGTH = /^(\d{1,3})([hd])(?:[_-]([a-z0-9_-]{1,30}))?$/;
/** Extra usage beyond the plan: its refusal spends no window. */
const NO_WINDOW = new Set(['overage', 'fallback']);
/** Lengths where no header states them. */
const CODEX_MINUTES: Readonly<Record<string, number>> = { primary: 300, secondary: 10_080 };

type Headers = Readonly<Record<string, string>>;

/** Whether a header is about windows of a subscription. */
export const isWindowHeader = (name: string): boolean =>
  name.startsWith('anthropic-ratelimit-unified-') || name.startsWith('x-codex-');

function instantOf(value: string, nowMs: number): number | undefined {
  const text = value.trim();
  if (text === '') return undefined;
  return /^\d+(?:\.\d+)?$/.test(text) ? instantOfNumber(Number(text), nowMs) : parseDate(text, 'UTC');
}

function unifiedWindows(headers: Headers, nowMs: number): Map<string, SubscriptionWindow> {
  const windows = new Map<string, Told>();
  for (const [name, value] of Object.entries(headers)) {
    const [, key = '', field] = UNIFIED.exec(name) ?? [];
    if (field === undefined || NO_WINDOW.has(key.split('-')[0] ?? '')) continue;
    const window: Told = windows.get(key) ?? {};
    if (field === 'status') window.status = value.trim().toLowerCase();
    else if (field === 'utilization') window.used = value.trim() === '' ? undefined : Number(value);
    else window.resetAtMs = instantOf(value, nowMs);
    windows.set(key, window);
  }
  return new Map([...windows].map(([key, window]) => [key, { ...window, ...unifiedLength(key) }]));
}

/** `5h`, `7d`, `7d_opus`. */
function unifiedLength(key: string): Pick<SubscriptionWindow, 'minutes' | 'models'> {
  const [, count, unit, models] = UNIFIED_LENGTH.exec(key) ?? [];
  return count === undefined ? {} : { minutes: Number(count) * (unit === 'h' ? 60 : 1_440), models };
}

function codexWindows(headers: Headers, nowMs: number): SubscriptionWindow[] {
  return ['primary', 'secondary'].flatMap((name) => {
    const used = headers[`x-codex-${name}-used-percent`]?.trim();
    const minutes = headers[`x-codex-${name}-window-minutes`]?.trim();
    if (used === undefined || used === '' || minutes === '0') return [];
    const after = Number(headers[`x-codex-${name}-reset-after-seconds`]?.trim() || Number.NaN);
    const at = instantOf(headers[`x-codex-${name}-reset-at`] ?? '', nowMs);
    return [
      {
        used: Number(used) / 100,
        resetAtMs: after > 0 ? nowMs + after * 1_000 : at,
        minutes: /^[1-9]\d{0,5}$/.test(minutes ?? '') ? Number(minutes) : CODEX_MINUTES[name],
      },
    ];
  });
}

/** A status decides where there is one; else the fraction used. */
export const isSpent = (window: SubscriptionWindow): boolean =>
  window.status === undefined
    ? (window.used ?? 0) >= 1
    : window.status === 'rejected' || window.status === 'exceeded';

function readAll(headers: Headers, nowMs: number) {
  const { '': overall, ...unified } = Object.fromEntries(unifiedWindows(headers, nowMs));
  return { overall, windows: [...Object.values(unified), ...codexWindows(headers, nowMs)] };
}

/** Every window that `anthropic-ratelimit-unified-*` and `x-codex-*` tell of. */
export const listWindows = (headers: Headers, nowMs: number): readonly SubscriptionWindow[] =>
  readAll(headers, nowMs).windows;

/** What all windows together mean for a refusal. */
export function readSubscriptionWindows(headers: Headers, nowMs: number): SubscriptionWindows {
  const { overall, windows } = readAll(headers, nowMs);
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
