import { PgLedger } from '@turnpike/billing/adapters/pg-ledger';
import type { CallEntry, CallTrace, CostReport } from '@turnpike/billing';
import { createKeyDigest, KeyChanges, mintKey, type KeyKind } from '@turnpike/identity';
import { parseUsd, uuidv7 } from '@turnpike/kernel';
import { createPgPool } from '@turnpike/persistence';
import { createTestDatabase, type TestDatabase } from '@turnpike/testing';
import type { Pool } from 'pg';
import { createAdminApp, type AdminApp } from '../../../apps/admin/src/admin-app';
import { ReportsModule } from '../../../apps/admin/src/reports/reports.module';
import { RandomCalls, randomCast } from '@turnpike/testing/random-calls';

const PEPPER = 'integration-pepper-0123456789abcdef';
const FROM = Date.parse('2026-11-10T00:00:00Z');
const cast = randomCast();
const range = 'from=2026-11-10&to=2026-11-12';

let database: TestDatabase;
let pool: Pool;
let app: AdminApp;
let url: string;
let keys: Record<KeyKind, string>;
let calls: readonly CallEntry[];

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPgPool(database.connectionString);
  const reports = ReportsModule.with({ pool, priceVersion: () => 'prices@1' });
  const options = { pool, pepper: PEPPER, changes: new KeyChanges(), host: '127.0.0.1', port: 0 };
  app = await createAdminApp({ ...options, modules: [reports] });
  url = await app.listen();
  keys = await insertKeys();
  const random = new RandomCalls(5, cast);
  calls = random.many(300, () => FROM + random.int(2 * 86_400_000 - 1_000));
  await pool.query('INSERT INTO project (id, slug) VALUES ($1, $2)', [cast.projects[0], 'web']);
  const ledger = new PgLedger(pool);
  for (const call of calls) ledger.record(call);
  await ledger.close();
});
afterAll(async () => {
  await app.close();
  await pool.end();
  await database.drop();
});

async function insertKeys(): Promise<Record<KeyKind, string>> {
  const digest = createKeyDigest(PEPPER);
  const minted = { developer: mintKey('developer'), admin: mintKey('admin'), finance: mintKey('finance') };
  const owner = uuidv7();
  await pool.query("INSERT INTO service_account (id, slug) VALUES ($1, 'reader')", [owner]);
  for (const [kind, key] of Object.entries(minted)) {
    await pool.query(
      'INSERT INTO virtual_key (id, digest, last4, kind, service_account_id) VALUES ($1, $2, $3, $4, $5)',
      [uuidv7(), digest(key), key.slice(-4), kind, owner],
    );
  }
  return minted;
}

const get = (path: string, key = keys.finance): Promise<Response> =>
  fetch(`${url}/api/v1/${path}`, { headers: { authorization: `Bearer ${key}` } });
const json = async <T>(path: string): Promise<T> => (await get(path)).json() as Promise<T>;

test('a report by project and model, for a finance key', async () => {
  const report = await json<CostReport>(`reports/costs?${range}&tz=UTC&group_by=project,model&format=json`);
  const total = calls.reduce((sum, call) => sum + call.costPicoUsd, 0n);
  expect(parseUsd(report.totals.costUsd)).toBe(total);
  expect(report.rows.reduce((sum, row) => sum + parseUsd(row.costUsd), 0n)).toBe(total);
  expect(report).toMatchObject({
    from: '2026-11-10T00:00:00.000Z',
    to: '2026-11-12T00:00:00.000Z',
    tz: 'UTC',
    groupBy: ['project', 'model'],
    priceVersion: 'prices@1',
    totals: { calls: 300 },
  });
  expect(new Set(report.rows.map((row) => row['project']))).toContain('web');
  expect(new Set(report.rows.map((row) => row['project']))).toContain('unassigned');
});

test('days of the interval begin in the zone', async () => {
  const report = await json<CostReport>(`reports/costs?${range}&tz=America/New_York`);
  expect([report.from, report.to]).toEqual(['2026-11-10T05:00:00.000Z', '2026-11-12T05:00:00.000Z']);
});

test('the CSV has the same rows, quoted and guarded', async () => {
  const report = await json<CostReport>(`reports/costs?${range}&group_by=project,model`);
  const answer = await get(`reports/costs?${range}&group_by=project,model&format=csv`);
  const text = await answer.text();
  const [head, ...lines] = text.trimEnd().split('\r\n');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(head).toBe(
    'project,model,calls,attempts,cost_usd,delivered_cost_usd,waste_cost_usd,cache_savings_usd,tokens_input,tokens_cache_read,tokens_cache_write,tokens_output,tokens_reasoning,estimated_cost_usd,unpriced_calls',
  );
  expect(lines).toHaveLength(report.rows.length);
  expect(text).toContain(",'=cmd(),");
  expect(text).toContain('"a,""b"""');
});

test('filters narrow, repeated ones widen', async () => {
  const only = await json<CostReport>(`reports/costs?${range}&group_by=model&model=sonnet&model=haiku`);
  expect(only.rows.map((row) => row['model'])).toEqual(['haiku', 'sonnet']);
});

test.each([
  [`reports/costs?to=2026-11-12`, 'from'],
  [`reports/costs?from=yesterday&to=2026-11-12`, 'from'],
  [`reports/costs?from=2026-11-12&to=2026-11-12`, 'to'],
  [`reports/costs?${range}&tz=Mars/Olympus`, 'tz'],
  [`reports/costs?${range}&group_by=project,model,day`, 'group_by'],
  [`reports/costs?${range}&group_by=colour`, 'group_by'],
  [`reports/costs?${range}&group_by=day,day`, 'group_by'],
  [`reports/costs?${range}&format=xml`, 'format'],
  [`reports/costs?${range}&colour=red`, 'colour'],
])('%s is refused and names %s', async (path, field) => {
  const answer = await get(path);
  expect(answer.status).toBe(400);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(await answer.text()).toContain(field);
});

test('a call is found by either id, with the money its attempts add up to', async () => {
  const call = calls.find((one) => one.attempts.length === 2);
  const trace = await json<CallTrace>(`requests/${call?.requestId}`);
  expect(trace).toEqual(await json<CallTrace>(`requests/${call?.id}`));
  expect(trace).toMatchObject({ id: call?.id, state: 'succeeded', attempts: [{ n: 1 }, { n: 2 }] });
  expect(trace.attempts.reduce((sum, attempt) => sum + parseUsd(attempt.costUsd), 0n)).toBe(
    parseUsd(trace.costUsd),
  );
});

test('an unknown call is a 404, a developer key is a 403', async () => {
  expect((await get('requests/nobody')).status).toBe(404);
  expect((await get(`reports/costs?${range}`, keys.developer)).status).not.toBe(200);
  expect((await get(`reports/costs?${range}`, keys.admin)).status).toBe(200);
});

test('the API description has the reports', async () => {
  const description = (await (await fetch(`${url}/docs/json`)).json()) as { paths: object };
  expect(Object.keys(description.paths)).toEqual(
    expect.arrayContaining(['/api/v1/reports/costs', '/api/v1/requests/{id}']),
  );
});
