import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { CallEntry } from '@turnpike/billing';
import { adoptSpools } from '@turnpike/billing/adapters/adopt-spools';
import { FileCallSpool } from '@turnpike/billing/adapters/file-call-spool';
import { PgCallWriter } from '@turnpike/billing/adapters/pg-call-writer';
import { findCall } from '@turnpike/billing/adapters/pg-find-call';
import { ensureLedgerMonths } from '@turnpike/billing/adapters/pg-ledger-months';
import { createPgPool } from '@turnpike/persistence';
import { createTestDatabase, type TestDatabase } from '@turnpike/testing';
import type { Pool } from 'pg';
import { RandomCalls } from '@turnpike/testing/random-calls';

let database: TestDatabase;
let pool: Pool;
const random = new RandomCalls(3);
const silent = { warn: () => undefined, error: () => undefined };

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPgPool(database.connectionString);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** A UUIDv7 of a given instant, for calls of another month. */
const idAt = (ms: number, id: string): string => {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}${id.slice(13)}`;
};

function callAt(instant: string): CallEntry {
  const ms = Date.parse(instant);
  const call = random.call(ms, 2);
  const attempts = call.attempts.map((attempt) => ({ ...attempt, id: idAt(ms, attempt.id) }));
  return { ...call, id: idAt(ms, call.id), attempts };
}

const homes = async (id: string): Promise<string[]> => {
  const { rows } = await pool.query<{ home: string }>(
    `SELECT tableoid::regclass::text AS home FROM call WHERE id = $1
     UNION ALL SELECT DISTINCT tableoid::regclass::text FROM attempt WHERE call_id = $1
     UNION ALL SELECT DISTINCT l.tableoid::regclass::text FROM charge_line l JOIN attempt a ON a.id = l.attempt_id WHERE a.call_id = $1`,
    [id],
  );
  return [...new Set(rows.map((row) => row.home))].sort();
};

test('rows of a month without partitions wait in the default one and move when it is made', async () => {
  const first = callAt('2031-05-01T00:00:00.000Z');
  const last = callAt('2031-05-31T23:59:59.999Z');
  const next = callAt('2031-06-01T00:00:00.000Z');
  await new PgCallWriter(pool).write([first, last, next]);
  expect(await homes(first.id)).toContain('ledger.call_default');
  const before = await Promise.all(
    [first, last, next].map(({ id }) => findCall(pool, { idOrRequestId: id })),
  );
  await ensureLedgerMonths(pool, Date.parse('2031-05-15T12:00:00Z'), 0);
  for (const call of [first, last]) {
    for (const home of await homes(call.id)) expect(home).toMatch(/_2031_05$/);
  }
  for (const home of await homes(next.id)) expect(home).toMatch(/_default$/);
  const after = await Promise.all([first, last, next].map(({ id }) => findCall(pool, { idOrRequestId: id })));
  expect(after).toEqual(before);
  await expect(new PgCallWriter(pool).write([first, last, next])).resolves.toBeUndefined();
  const { rows } = await pool.query<{ calls: string }>(
    'SELECT count(*) AS calls FROM call WHERE started_at > $1',
    ['2031-01-01'],
  );
  expect(rows[0]?.calls).toBe('3');
});

test('months can be made by several processes at once, and again', async () => {
  const now = Date.parse('2032-12-20T00:00:00Z');
  await Promise.all(Array.from({ length: 4 }, () => ensureLedgerMonths(pool, now, 2)));
  const { rows } = await pool.query(
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^(call|attempt|charge_line)_203[23]' ORDER BY 1",
  );
  expect(rows.map((row: { relname: string }) => row.relname)).toEqual(
    ['attempt', 'call', 'charge_line'].flatMap((table) => [
      `${table}_2032_12`,
      `${table}_2033_01`,
      `${table}_2033_02`,
    ]),
  );
});

test('months that ended before an instant can be dropped whole', async () => {
  await ensureLedgerMonths(pool, Date.parse('2020-01-10T00:00:00Z'), 1);
  const { rows } = await pool.query<{ gone: string }>('SELECT ledger.drop_months_before($1) AS gone', [
    '2020-02-01T00:00:00Z',
  ]);
  expect(rows.map((row) => row.gone)).toEqual(['attempt_2020_01', 'call_2020_01', 'charge_line_2020_01']);
});

test('spools of processes that are gone are written, those in use are left', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'turnpike-adopt-'));
  const [idle, crashed, busy] = ['a-ledger-spool.jsonl', 'ledger-spool-2.jsonl', 'ledger-spool-3.jsonl'].map(
    (name) => path.join(folder, name),
  ) as [string, string, string];
  const calls = random.many(6, () => Date.now());
  await new FileCallSpool(idle).append(calls.slice(0, 3));
  await new FileCallSpool(crashed).append(calls.slice(3, 5));
  await new FileCallSpool(busy).append(calls.slice(5));
  fs.renameSync(crashed, `${crashed}.01a36e30-f800-7000-8000-000000000000.replay`);
  const old = new Date(Date.now() - 3_600_000);
  for (const name of fs.readdirSync(folder))
    if (!name.includes('-3')) fs.utimesSync(path.join(folder, name), old, old);
  const options = { folder, writer: new PgCallWriter(pool), log: silent, settleMs: 1 };
  expect(await adoptSpools(options)).toBe(5);
  expect(await adoptSpools(options)).toBe(0);
  expect(fs.readdirSync(folder)).toEqual(['ledger-spool-3.jsonl']);
  for (const call of calls.slice(0, 5))
    expect((await findCall(pool, { idOrRequestId: call.id }))?.id).toBe(call.id);
  expect(await adoptSpools({ ...options, folder: path.join(folder, 'missing') })).toBe(0);
  fs.rmSync(folder, { recursive: true });
});
