import { costReport, streamCostReportRows } from '@turnpike/billing/adapters/pg-cost-report';
import { PgLedger } from '@turnpike/billing/adapters/pg-ledger';
import {
  renderCostReportCsv,
  type CallEntry,
  type CostReport,
  type ReportDimension,
  type ReportMeasures,
} from '@turnpike/billing';
import { formatUsd, parseUsd, uuidv7 } from '@turnpike/kernel';
import { createPgPool } from '@turnpike/persistence';
import { createTestDatabase, type TestDatabase } from '@turnpike/testing';
import type { Pool } from 'pg';
import { RandomCalls, randomCast } from '@turnpike/testing/random-calls';
import { countReport, type Group, type Sums } from './report-oracle';

const FROM = Date.parse('2026-10-20T00:00:00Z');
const TO = Date.parse('2026-11-03T00:00:00Z');
const BERLIN = 'Europe/Berlin';
const cast = randomCast();
const [web = ''] = cast.projects;

let database: TestDatabase;
let pool: Pool;
let calls: readonly CallEntry[];

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPgPool(database.connectionString);
  await pool.query('INSERT INTO project (id, slug) VALUES ($1, $2)', [web, 'web']);
  await pool.query('INSERT INTO person (id, email) VALUES ($1, $2)', [cast.owners[0]?.id, 'now@example.com']);
  const random = new RandomCalls(11, cast);
  calls = random.many(3_000, () => FROM - 86_400_000 + random.int(TO - FROM + 2 * 86_400_000));
  const ledger = new PgLedger(pool);
  for (const call of calls) ledger.record(call);
  await ledger.close();
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const report = (groupBy: readonly ReportDimension[], more: object = {}): Promise<CostReport> =>
  costReport(pool, { fromMs: FROM, toMs: TO, tz: BERLIN, groupBy, ...more }, 'test');

const local = (ms: number, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: BERLIN, ...options }).format(ms);
const day = (ms: number): string => local(ms, { year: 'numeric', month: '2-digit', day: '2-digit' });
const month = (ms: number): string => local(ms, { year: 'numeric', month: '2-digit' });
const hour = (ms: number): string => {
  const offset = ms < Date.parse('2026-10-25T01:00:00Z') ? '+02:00' : '+01:00';
  return `${day(ms)}T${local(ms, { hour: '2-digit', hourCycle: 'h23' })}:00:00${offset}`;
};

const project = (call: CallEntry): string =>
  call.projectId === web ? 'web' : (call.projectId ?? 'unassigned');
const groups: Record<string, (...args: Parameters<Group>) => string | null> = {
  project,
  team: (call) => call.teamId ?? 'unassigned',
  person: (call) => (call.ownerId === cast.owners[0]?.id ? 'now@example.com' : call.ownerId),
  key: (call) => call.keyId,
  model: (call) => call.requestedModel,
  provider: (_, attempt) => attempt?.provider ?? null,
  credential: (_, attempt) => attempt?.credential ?? null,
  day: (_, __, ms) => day(ms),
  hour: (_, __, ms) => hour(ms),
  month: (_, __, ms) => month(ms),
  'tag:repo': (call) => call.tags?.['repo'] ?? 'unassigned',
};

const measuresOf = (sums: Sums): ReportMeasures => ({
  calls: sums.calls,
  attempts: sums.attempts,
  costUsd: formatUsd(sums.cost),
  deliveredCostUsd: formatUsd(sums.cost - sums.waste),
  wasteCostUsd: formatUsd(sums.waste),
  cacheSavingsUsd: formatUsd(sums.savings),
  tokens: {
    input: sums.input,
    cacheRead: sums.cacheRead,
    cacheWrite: sums.cacheWrite,
    output: sums.output,
    reasoning: sums.reasoning,
  },
  estimatedCostUsd: formatUsd(sums.estimated),
  unpricedCalls: sums.unpricedCalls,
});

const pairs: ReportDimension[][] = [
  ['project'],
  ['team'],
  ['person'],
  ['key'],
  ['model'],
  ['provider'],
  ['credential'],
  ['day'],
  ['hour'],
  ['month'],
  ['tag:repo'],
  ['project', 'model'],
  ['person', 'model'],
  ['provider', 'credential'],
  ['project', 'day'],
  ['model', 'hour'],
  ['key', 'month'],
  ['team', 'project'],
  ['tag:repo', 'model'],
];

test.each(pairs.map((pair) => [pair.join(), pair] as const))(
  "grouped by %s every figure is the oracle's",
  async (_, pair) => {
    const got = await report(pair);
    const want = countReport(calls, FROM, TO, (...args) =>
      JSON.stringify(pair.map((name) => groups[name]?.(...args))),
    );
    const rows = new Map(
      got.rows.map((row) => {
        const {
          calls: count,
          attempts,
          costUsd,
          deliveredCostUsd,
          wasteCostUsd,
          cacheSavingsUsd,
          tokens,
          estimatedCostUsd,
          unpricedCalls,
        } = row;
        const measures = {
          calls: count,
          attempts,
          costUsd,
          deliveredCostUsd,
          wasteCostUsd,
          cacheSavingsUsd,
          tokens,
          estimatedCostUsd,
          unpricedCalls,
        };
        return [JSON.stringify(pair.map((name) => row[name])), measures];
      }),
    );
    expect(rows).toEqual(new Map([...want].map(([name, sums]) => [name, measuresOf(sums)])));
    expect(got.rows).toHaveLength(want.size);
  },
);

test("totals are the oracle's, with and without a grouping", async () => {
  const want = measuresOf(countReport(calls, FROM, TO, () => '').get('') as Sums);
  expect((await report(['project', 'day'])).totals).toEqual(want);
  const ungrouped = await report([]);
  expect(ungrouped.totals).toEqual(want);
  expect(ungrouped.rows).toEqual([]);
});

test('an interval is half-open: two that adjoin add up to the whole', async () => {
  const border = calls.find(
    (call) => call.attempts.length > 1 && call.startedAtMs > FROM && call.startedAtMs < TO,
  );
  const middle = border?.attempts[1]?.startedAtMs ?? 0;
  const [left, right, whole] = await Promise.all([
    report(['model'], { toMs: middle }),
    report(['model'], { fromMs: middle }),
    report(['model']),
  ]);
  expect(parseUsd(left.totals.costUsd) + parseUsd(right.totals.costUsd)).toBe(parseUsd(whole.totals.costUsd));
  expect(left.totals.attempts + right.totals.attempts).toBe(whole.totals.attempts);
  expect(left.totals.calls + right.totals.calls).toBe(whole.totals.calls);
});

const filters: [string, object, (call: CallEntry, provider: string | undefined) => boolean][] = [
  ['a project by slug', { project: ['web'] }, (call) => call.projectId === web],
  ['no project', { project: ['unassigned'] }, (call) => call.projectId === undefined],
  [
    'a project by id or none',
    { project: [web, 'unassigned'] },
    (call) => call.projectId === web || !call.projectId,
  ],
  [
    'a person by the email of today',
    { person: ['now@example.com'] },
    (call) => call.ownerId === cast.owners[0]?.id,
  ],
  [
    'a key and a model',
    { key: [cast.keys[0]], model: ['sonnet'] },
    (call) => call.keyId === cast.keys[0] && call.requestedModel === 'sonnet',
  ],
  ['a provider', { provider: ['openai'] }, (_, provider) => provider === 'openai'],
];

test.each(filters)('narrowed to %s', async (_, given, keep) => {
  const got = await report(['model'], { filters: given });
  const want = countReport(calls, FROM, TO, (call, attempt) => String(keep(call, attempt?.provider)));
  expect(got.totals).toEqual(measuresOf(want.get('true') as Sums));
});

const collect = async (blocks: AsyncIterable<string>): Promise<string> => {
  let text = '';
  for await (const block of blocks) text += block;
  return text;
};

test('the CSV, streamed, sums to the same picos', async () => {
  const groupBy: ReportDimension[] = ['project', 'model'];
  const got = await report(groupBy);
  const rows = streamCostReportRows(pool, { fromMs: FROM, toMs: TO, tz: BERLIN, groupBy });
  const text = await collect(renderCostReportCsv(groupBy, rows));
  expect(text).toBe(await collect(renderCostReportCsv(groupBy, got.rows)));
  const [head = '', ...lines] = text.trimEnd().split('\r\n');
  const column = head.split(',').indexOf('cost_usd') - head.split(',').length;
  const sum = lines.reduce((total, line) => total + parseUsd(line.split(',').at(column) ?? ''), 0n);
  expect(sum).toBe(parseUsd(got.totals.costUsd));
  expect(lines).toHaveLength(got.rows.length);
});

test('a reader that leaves gives the connection back', async () => {
  const query = { fromMs: FROM, toMs: TO, tz: BERLIN, groupBy: ['hour', 'key'] as ReportDimension[] };
  for (let i = 0; i < 12; i++) {
    for await (const row of streamCostReportRows(pool, query)) {
      expect(row.attempts).toBeGreaterThanOrEqual(0);
      break;
    }
  }
  expect(pool.waitingCount).toBe(0);
  expect(pool.totalCount).toBe(pool.idleCount);
});

test('lines, attempts and calls of the store hold the same money', async () => {
  const { rows } = await pool.query<{ lines: string; attempts: string; calls: string }>(
    'SELECT (SELECT sum(cost) FROM charge_line) AS lines, (SELECT sum(cost) FROM attempt) AS attempts, (SELECT sum(cost) FROM call) AS calls',
  );
  const want = calls.reduce((sum, call) => sum + call.costPicoUsd, 0n);
  expect(Object.values(rows[0] ?? {}).map(parseUsd)).toEqual([want, want, want]);
});

test('an interval without calls is a report of zeros', async () => {
  const got = await report(['project'], { fromMs: 0, toMs: 1 });
  expect(got.rows).toEqual([]);
  expect(got.totals).toMatchObject({ calls: 0, attempts: 0, costUsd: '0', wasteCostUsd: '0' });
});

test('completeUntil never lies ahead of the clock', async () => {
  const future = Date.now() + 86_400_000;
  const got = await report(['project'], { toMs: future });
  expect(Date.parse(got.completeUntil)).toBeLessThanOrEqual(Date.now());
  expect((await report(['project'], { toMs: FROM + 5 })).completeUntil).toBe(
    new Date(FROM + 5).toISOString(),
  );
  expect(uuidv7()).not.toBe(web);
});
