import fc from 'fast-check';
import type { ReportMeasures, ReportRow } from './cost-report';
import { csvCell, renderCostReportCsv } from './cost-report-csv';

test.each([
  ['plain', 'plain'],
  ['with, comma', '"with, comma"'],
  ['with "quotes"', '"with ""quotes"""'],
  ['two\nlines', '"two\nlines"'],
  ['=1+1', "'=1+1"],
  ['+49', "'+49"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\tx', "'\tx"],
  ['=a,b', '"\'=a,b"'],
  ['', ''],
  [null, ''],
  [undefined, ''],
  [-5, '-5'],
])('%j is the cell %s', (value, cell) => expect(csvCell(value)).toBe(cell));

test('no text becomes a formula or breaks its line', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const cell = csvCell(text);
      expect(/^"?[=+\-@\t\r]/.test(cell)).toBe(false);
      if (/[",\r\n]/.test(text)) expect(/^".*"$/s.test(cell)).toBe(true);
    }),
  );
});

const measures: ReportMeasures = {
  calls: 2,
  attempts: 3,
  costUsd: '0.5',
  deliveredCostUsd: '0.4',
  wasteCostUsd: '0.1',
  cacheSavingsUsd: '-0.01',
  tokens: { input: 1, cacheRead: 2, cacheWrite: 3, output: 4, reasoning: 5 },
  estimatedCostUsd: '0',
  unpricedCalls: 0,
};

async function render(groupBy: readonly string[], rows: readonly ReportRow[]): Promise<string[]> {
  const blocks: string[] = [];
  for await (const block of renderCostReportCsv(groupBy, rows)) blocks.push(block);
  return blocks;
}

test('a report line by line', async () => {
  const rows = [{ ...measures, 'tag:repo': '=x', provider: null }];
  expect((await render(['tag:repo', 'provider'], rows)).join('')).toBe(
    'tag:repo,provider,calls,attempts,cost_usd,delivered_cost_usd,waste_cost_usd,cache_savings_usd,tokens_input,' +
      'tokens_cache_read,tokens_cache_write,tokens_output,tokens_reasoning,estimated_cost_usd,unpriced_calls\r\n' +
      "'=x,,2,3,0.5,0.4,0.1,-0.01,1,2,3,4,5,0,0\r\n",
  );
});

test('long reports come in blocks', async () => {
  const blocks = await render(
    ['day'],
    Array.from({ length: 5_000 }, () => ({ ...measures, day: '2026-11-01' })),
  );
  expect(blocks.length).toBeGreaterThan(3);
  expect(blocks.join('').trimEnd().split('\r\n')).toHaveLength(5_001);
});
