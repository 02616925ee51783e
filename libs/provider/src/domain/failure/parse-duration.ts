const UNIT_MS: readonly (readonly [RegExp, number])[] = [
  [/^(?:ms|msecs?|milliseconds?|毫秒)$/, 1],
  [/^(?:us|µs|μs|microseconds?)$/, 0.001],
  [/^(?:ns|nanoseconds?)$/, 0.000_001],
  [/^(?:s|secs?|seconds?|秒钟?)$/, 1_000],
  [/^(?:m|mins?|minutes?|分钟?)$/, 60_000],
  [/^(?:h|hrs?|hours?|小时)$/, 3_600_000],
  [/^(?:d|days?|天|日)$/, 86_400_000],
  [/^(?:w|wks?|weeks?|周)$/, 604_800_000],
];

const STEP = /^(\d{1,15}(?:\.\d{1,15})?)\s{0,2}([a-zµμ]{1,12}|毫秒|秒钟?|分钟?|小时|天|日|周)(?![a-z\d])/i;
/** Go writes its units without a space between them: `6m0s`. */
const TIGHT_STEP = /^(\d{1,15}(?:\.\d{1,15})?)(ms|us|µs|ns|s|m|h|d)(?=\d|$|[^a-z\d])/i;

const unitMs = (unit: string): number | undefined =>
  UNIT_MS.find(([word]) => word.test(unit.toLowerCase()))?.[1];

/** Milliseconds of the duration that `text` begins with (`2m59.56s`, `58 hours`, `4 days 3 hours`, `12`); undefined: none. */
export function parseDurationMs(text: string): number | undefined {
  let rest = text.trimStart();
  let totalMs: number | undefined;
  for (let step = 0; step < 6; step++) {
    const match = TIGHT_STEP.exec(rest) ?? STEP.exec(rest);
    const unit = match?.[2] === undefined ? undefined : unitMs(match[2]);
    if (!match || unit === undefined) break;
    totalMs = (totalMs ?? 0) + Number(match[1]) * unit;
    rest = rest.slice(match[0].length).replace(/^(?:\s|,|and\b){1,6}/i, '');
  }
  if (totalMs !== undefined) return totalMs;
  const bare = /^(\d{1,9}(?:\.\d{1,9})?)(?![\d.]*\d|[-/:,]\d|\s{0,2}[\p{L}%])/u.exec(rest);
  return bare ? Number(bare[1]) * 1_000 : undefined;
}
