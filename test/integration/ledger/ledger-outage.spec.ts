import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CallEntry, LedgerLog } from '@turnpike/billing';
import type { BatchedLedgerOptions } from '@turnpike/billing/adapters/batched-ledger';
import { PgLedger } from '@turnpike/billing/adapters/pg-ledger';
import { formatUsd } from '@turnpike/kernel';
import { createPgPool } from '@turnpike/persistence';
import { createTestDatabase, until, type TestDatabase } from '@turnpike/testing';
import type { Pool } from 'pg';
import { RandomCalls } from '@turnpike/testing/random-calls';
import { TcpProxy } from './tcp-proxy';

let database: TestDatabase;
let direct: Pool;
let proxied: Pool;
let proxy: TcpProxy;
let folder: string;
let said: string[];
const random = new RandomCalls(23);

const log: LedgerLog = {
  warn: (_, message) => void said.push(`warn: ${message}`),
  error: (_, message) => void said.push(`error: ${message}`),
};

beforeAll(async () => {
  database = await createTestDatabase();
  direct = createPgPool(database.connectionString);
  const url = new URL(database.connectionString);
  proxy = new TcpProxy(url.hostname, Number(url.port || 5432));
  url.hostname = '127.0.0.1';
  url.port = String(await proxy.listen());
  proxied = createPgPool(url.href);
});
afterAll(async () => {
  await proxied.end();
  await proxy.close();
  await direct.end();
  await database.drop();
});
beforeEach(async () => {
  said = [];
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'turnpike-ledger-'));
  await direct.query('TRUNCATE call, attempt, charge_line');
});
afterEach(() => {
  proxy.comeBack();
  fs.rmSync(folder, { recursive: true });
});

const spoolFile = (): string => path.join(folder, 'spool/ledger.jsonl');
const open = (more: Partial<BatchedLedgerOptions> = {}): PgLedger =>
  new PgLedger(proxied, { spoolFile: spoolFile(), log, writeTimeoutMs: 400, ...more });
const someCalls = (count: number): CallEntry[] => random.many(count, () => Date.now());
const settled = (ledger: PgLedger): Promise<unknown> =>
  until(() => ledger.stats.queuedCalls === 0, { limitMs: 20_000, what: 'an empty queue' });

interface Figures {
  readonly calls: number;
  readonly attempts: number;
  readonly lines: number;
  readonly cost: string;
}

async function stored(): Promise<Figures> {
  const { rows } = await direct.query<Figures>(`SELECT
    (SELECT count(*) FROM call)::int AS calls, (SELECT count(*) FROM attempt)::int AS attempts,
    (SELECT count(*) FROM charge_line)::int AS lines,
    (SELECT trim_scale(coalesce(sum(cost), 0))::text FROM charge_line) AS cost`);
  return rows[0] as Figures;
}

const expected = (calls: readonly CallEntry[]): Figures => {
  const attempts = calls.flatMap((call) => call.attempts);
  return {
    calls: calls.length,
    attempts: attempts.length,
    lines: attempts.flatMap((attempt) => attempt.lines).length,
    cost: formatUsd(calls.reduce((sum, call) => sum + call.costPicoUsd, 0n)),
  };
};

test('the store goes away under load and comes back: nothing lost, nothing twice', async () => {
  const ledger = open();
  const calls = someCalls(600);
  for (const [i, call] of calls.entries()) {
    ledger.record(call);
    if (i === 200) proxy.goAway();
    if (i === 500) proxy.comeBack();
    if (i % 20 === 0) await delay(10);
  }
  await ledger.flush();
  expect(await stored()).toEqual(expected(calls));
  expect(ledger.stats).toMatchObject({ queuedCalls: 0, queuedBytes: 0, writtenCalls: 600, spooledCalls: 0 });
  expect(said.some((line) => line.startsWith('warn: the ledger could not be written'))).toBe(true);
  await ledger.close();
  expect(said.filter((line) => line.startsWith('error'))).toEqual([]);
});

test('connections cut at any moment, in the middle of a commit too', async () => {
  const ledger = open({ flushIntervalMs: 5, maxBatchCalls: 40 });
  const calls = someCalls(1_500);
  const cutting = (async () => {
    for (let i = 0; i < 40; i++) {
      await delay(random.int(25));
      proxy.cut();
    }
  })();
  for (const [i, call] of calls.entries()) {
    ledger.record(call);
    if (i % 15 === 0) await delay(6);
  }
  await cutting;
  await ledger.flush();
  expect(await stored()).toEqual(expected(calls));
  await ledger.close();
});

test('a store that does not answer is not waited for endlessly', async () => {
  const ledger = open();
  const calls = someCalls(50);
  ledger.record(calls[0] as CallEntry);
  await ledger.flush();
  proxy.fallSilent();
  for (const call of calls.slice(1)) ledger.record(call);
  await until(() => ledger.stats.failedWrites > 0);
  expect(ledger.stats.lagMs).toBeGreaterThan(300);
  proxy.comeBack();
  await ledger.flush();
  expect(await stored()).toEqual(expected(calls));
  await ledger.close();
});

test('closing without the store spools the rest loudly; the next start writes it', async () => {
  const calls = someCalls(700);
  const ledger = open({ closeTimeoutMs: 300 });
  proxy.goAway();
  for (const call of calls) ledger.record(call);
  await ledger.close();
  expect(ledger.stats).toMatchObject({ queuedCalls: 0, spooledCalls: 700 });
  expect(said.some((line) => line.startsWith('error: the ledger put calls into its spool'))).toBe(true);
  expect((await stored()).calls).toBe(0);
  proxy.comeBack();
  const next = open();
  await until(() => next.stats.writtenCalls === 700, { limitMs: 15_000, what: 'the spool in the store' });
  await next.close();
  expect(await stored()).toEqual(expected(calls));
  expect(fs.readdirSync(path.dirname(spoolFile()))).toEqual([]);
});

test('a call after the end is not lost either', async () => {
  const ledger = open({ closeTimeoutMs: 50 });
  await ledger.close();
  proxy.goAway();
  const calls = someCalls(1);
  for (const call of calls) ledger.record(call);
  await until(() => ledger.stats.spooledCalls === 1);
  proxy.comeBack();
  const next = open();
  await until(() => next.stats.writtenCalls === 1);
  await next.close();
  expect(await stored()).toEqual(expected(calls));
});

test('memory stays bounded while the store is away; the spool is drained without a restart', async () => {
  const calls = someCalls(900);
  const ledger = open({ maxQueuedBytes: 400_000, maxBatchCalls: 100 });
  proxy.goAway();
  for (const call of calls) ledger.record(call);
  await until(() => ledger.stats.spooledCalls > 0 && ledger.stats.queuedBytes <= 400_000, {
    limitMs: 15_000,
  });
  proxy.comeBack();
  await settled(ledger);
  await until(async () => (await stored()).calls === 900, {
    limitMs: 15_000,
    what: 'every call in the store',
  });
  expect(await stored()).toEqual(expected(calls));
  await ledger.close();
});

test('one bad row stands aside with its reason, the others are written', async () => {
  const calls = someCalls(120);
  const bad = { ...(calls[57] as CallEntry), keyId: 'no uuid' };
  const worse = { ...(calls[90] as CallEntry), startedAtMs: Number.NaN };
  const good = calls.filter((_, i) => i !== 57 && i !== 90);
  const ledger = open();
  for (const [i, call] of calls.entries()) ledger.record(i === 57 ? bad : i === 90 ? worse : call);
  await ledger.close();
  expect(await stored()).toEqual(expected(good));
  expect(ledger.stats).toMatchObject({ rejectedCalls: 2, writtenCalls: 118 });
  const lines = fs.readFileSync(spoolFile(), 'utf8').split('\n').filter(Boolean);
  const parsed = lines.map((line) => JSON.parse(line) as { error: string; call: { id: string } });
  expect(parsed.map(({ call }) => call.id).sort()).toEqual([bad.id, worse.id].sort());
  expect(parsed.every(({ error }) => error.length > 5)).toBe(true);
});

test('names that Postgres cannot hold are stored with replacement characters', async () => {
  const [call] = someCalls(1);
  const odd = {
    ...(call as CallEntry),
    requestedModel: 'a\0b\ud800c\u{1f600}',
    tags: { repo: '\0\udfff' },
    warnings: ['x\0'],
  };
  const ledger = open();
  ledger.record(odd);
  await ledger.close();
  const { rows } = await direct.query('SELECT requested_model, tags, warnings FROM call');
  expect(rows).toEqual([
    { requested_model: 'a\ufffdb\ufffdc\u{1f600}', tags: { repo: '\ufffd\ufffd' }, warnings: ['x\ufffd'] },
  ]);
});

test('the same batch by two writers at once is there once', async () => {
  const calls = someCalls(400);
  const ledgers = [open(), open(), open()];
  for (const ledger of ledgers) for (const call of calls) ledger.record(call);
  await Promise.all(ledgers.map((ledger) => ledger.close()));
  expect(await stored()).toEqual(expected(calls));
});

test('a call can be read well within two seconds of its end', async () => {
  const ledger = open();
  const [call] = someCalls(1);
  ledger.record(call as CallEntry);
  await delay(600);
  expect((await stored()).calls).toBe(1);
  await ledger.close();
});
