import type { QuotaReading } from '@turnpike/protocol';
import type { ProviderDefinition } from '../definition';
import { MAX_WAIT_MS } from '../failure/parse-instant';
import { headerInstant, readCombined } from '../failure/reset-headers';
import { isWindowHeader } from '../failure/subscription-windows';
import { FIELDS, headerTable, type HeaderTable } from './header-table';
import type { QuotaHeaders } from './quota-data';
import { readWindowShares } from './window-shares';

const NOTHING: readonly QuotaReading[] = [];

const LETTER_A = 0x61;
const LETTER_R = 0x72;
const LETTER_X = 0x78;
/** Longer values are no numbers, durations or dates. */
const MAX_VALUE = 100;
/** A count, the first of a list. */
const COUNT = /^\s{0,4}(\d{1,15})(?:\.\d{1,15})?\s{0,4}(?:$|;|,\s)/;

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

interface Found {
  readonly table: HeaderTable;
  /** By the table's places. */
  readonly values: string[];
  windows?: Record<string, string>;
}

/**
 * What the headers of an answer say of the provider's limits. `headers`: names and values by turns, names in lower case.
 * Runs on every answer: without such headers it is one pass and no allocation.
 */
export function readQuotaHeaders(
  definition: ProviderDefinition,
  headers: readonly string[],
  nowMs: number,
): readonly QuotaReading[] {
  let found: Found | undefined;
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? '';
    const first = name.charCodeAt(0);
    if (first !== LETTER_X && first !== LETTER_A && first !== LETTER_R) continue;
    found = takeHeader(definition, found, name, headers[at + 1] ?? '');
  }
  return found === undefined ? NOTHING : toReadings(found, nowMs);
}

function takeHeader(
  definition: ProviderDefinition,
  found: Found | undefined,
  name: string,
  value: string,
): Found | undefined {
  const table = found?.table ?? headerTable(definition);
  const place = table.places.get(name);
  if ((place === undefined && !isWindowHeader(name)) || value.length > MAX_VALUE) return found;
  const taken = found ?? { table, values: [] };
  if (place !== undefined) taken.values[place] = value;
  else (taken.windows ??= {})[name] = value;
  return taken;
}

function toReadings({ table, values, windows }: Found, nowMs: number): readonly QuotaReading[] {
  const readings: QuotaReading[] = [];
  for (const [index, row] of table.rows.entries()) {
    const at = index * FIELDS.length;
    if (at >= values.length) break;
    const isTold = values.slice(at, at + FIELDS.length).some((value) => value !== undefined);
    const reading = isTold ? readRow(row, values, at, nowMs) : undefined;
    if (reading) readings.push(reading);
  }
  if (windows) readings.push(...readWindowShares(windows, nowMs));
  return readings.length === 0 ? NOTHING : readings;
}

function readRow(
  row: QuotaHeaders,
  values: readonly (string | undefined)[],
  at: number,
  nowMs: number,
): QuotaReading | undefined {
  const combined = values[at + 3];
  const parts = combined === undefined ? {} : readCombined(combined);
  const limit = readCount(values[at] ?? parts.limit);
  const remaining = readCount(values[at + 1] ?? parts.remaining);
  const told = readReset(row, values[at + 2] ?? parts.reset, nowMs);
  if (limit === undefined && remaining === undefined && told === undefined) return undefined;
  const { clockWindowMs, unit } = row;
  const refill = row.guessed && fillsSteadily(limit, remaining, told, nowMs) ? 'continuous' : row.refill;
  const resetAtMs = told ?? (clockWindowMs && (Math.floor(nowMs / clockWindowMs) + 1) * clockWindowMs);
  const isDaily = row.maybeDaily === true && takesLong({ limit, remaining, resetAtMs, refill }, nowMs);
  return { bucket: isDaily ? `${row.bucket}_day` : row.bucket, unit, limit, remaining, resetAtMs, refill };
}

/** Negative, blank and unreadable: not stated. Some vendors write -1 where they count nothing. */
function readCount(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const digits = COUNT.exec(value)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** A bucket that was to be full by now is full; the end of a window that is over says nothing. */
function readReset({ refill }: QuotaHeaders, value: string | undefined, nowMs: number): number | undefined {
  const at = headerInstant(value, nowMs);
  if (at === undefined || !(at - nowMs <= MAX_WAIT_MS)) return undefined;
  if (at > nowMs) return Math.ceil(at);
  return refill === 'continuous' ? nowMs : undefined;
}

/** Vendors round: times to seconds, tokens to thousands. */
const ROUNDED_MS = 2_000;

/** The reset is just as far away as it takes a minute's bucket to be full again; the end of a window does not know what is left. */
function fillsSteadily(
  limit: number | undefined,
  remaining: number | undefined,
  resetAtMs: number | undefined,
  nowMs: number,
): boolean {
  if (!limit || remaining === undefined || resetAtMs === undefined) return false;
  const fullInMs = (Math.max(0, limit - remaining) / limit) * MINUTE_MS;
  return fullInMs > 2 * ROUNDED_MS && Math.abs(resetAtMs - nowMs - fullInMs) <= ROUNDED_MS;
}

type Filling = Pick<QuotaReading, 'limit' | 'remaining' | 'resetAtMs' | 'refill'>;

/** Whether this fills far too slowly for a minute's limit. */
function takesLong({ limit, remaining, resetAtMs, refill }: Filling, nowMs: number): boolean {
  if (resetAtMs === undefined) return false;
  const waitMs = resetAtMs - nowMs;
  if (refill === 'window') return waitMs > 2 * MINUTE_MS;
  const missing = (limit ?? 0) - (remaining ?? 0);
  return limit !== undefined && missing > 0 && (waitMs * limit) / missing > HOUR_MS;
}
