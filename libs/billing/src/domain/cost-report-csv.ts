import type { ReportMeasures, ReportRow } from './cost-report';

const MEASURES: readonly (readonly [column: string, value: (row: ReportMeasures) => string | number])[] = [
  ['calls', (m) => m.calls],
  ['attempts', (m) => m.attempts],
  ['cost_usd', (m) => m.costUsd],
  ['delivered_cost_usd', (m) => m.deliveredCostUsd],
  ['waste_cost_usd', (m) => m.wasteCostUsd],
  ['cache_savings_usd', (m) => m.cacheSavingsUsd],
  ['tokens_input', (m) => m.tokens.input],
  ['tokens_cache_read', (m) => m.tokens.cacheRead],
  ['tokens_cache_write', (m) => m.tokens.cacheWrite],
  ['tokens_output', (m) => m.tokens.output],
  ['tokens_reasoning', (m) => m.tokens.reasoning],
  ['estimated_cost_usd', (m) => m.estimatedCostUsd],
  ['unpriced_calls', (m) => m.unpricedCalls],
];

/** What a spreadsheet would run instead of show. */
const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;

/** One cell of RFC 4180. Text that begins like a formula gets an apostrophe in front; numbers are ours and stay. */
export function csvCell(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return '';
  const guarded = FORMULA.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

const csvLine = (cells: readonly string[]): string => `${cells.join(',')}\r\n`;

const measureCells = (row: ReportMeasures): string[] => MEASURES.map(([, value]) => String(value(row)));

const dimensionCells = (row: ReportRow, groupBy: readonly string[]): string[] =>
  groupBy.map((dimension) => csvCell(row[dimension]));

const BLOCK_CHARS = 32 * 1024;

/**
 * The rows of a report as text in blocks, header first; no line of totals, so that a column can be summed as it
 * stands.
 */
export async function* renderCostReportCsv(
  groupBy: readonly string[],
  rows: AsyncIterable<ReportRow> | Iterable<ReportRow>,
): AsyncGenerator<string> {
  let block = csvLine([...groupBy.map(csvCell), ...MEASURES.map(([column]) => column)]);
  for await (const row of rows) {
    block += csvLine([...dimensionCells(row, groupBy), ...measureCells(row)]);
    if (block.length < BLOCK_CHARS) continue;
    yield block;
    block = '';
  }
  if (block !== '') yield block;
}
