import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@turnpike/testing';
import { RandomCalls } from '@turnpike/testing/random-calls';
import { CallSpool, CallWriter } from '../domain/call-writer';
import type { CallEntry } from '../domain/ledger';
import type { LedgerLog } from '../domain/ledger-log';
import { BatchedLedger } from './batched-ledger';

/** Takes batches into a list; can be told to fail, to refuse single calls, or to take its time. */
class ScriptedWriter extends CallWriter {
  readonly batches: (readonly CallEntry[])[] = [];
  readonly refused = new Set<string>();
  tries = 0;
  away = false;
  gate: Promise<void> = Promise.resolve();

  async write(calls: readonly CallEntry[]): Promise<void> {
    this.tries += 1;
    await this.gate;
    if (this.away) throw new Error('away');
    if (calls.some((call) => this.refused.has(call.id))) throw new RangeError('refused');
    this.batches.push(calls);
  }

  isRejection(error: unknown): boolean {
    return error instanceof RangeError;
  }

  get ids(): string[] {
    return this.batches.flat().map((call) => call.id);
  }
}

class ListSpool extends CallSpool {
  lines: { call: CallEntry; error?: string }[] = [];

  append(calls: readonly CallEntry[], error?: string): Promise<void> {
    this.lines.push(...calls.map((call) => ({ call, error })));
    return Promise.resolve();
  }

  async replay(batchSize: number, take: (calls: readonly CallEntry[]) => Promise<void>): Promise<void> {
    const lines = this.lines;
    this.lines = [];
    for (let i = 0; i < lines.length; i += batchSize) {
      await take(lines.slice(i, i + batchSize).map((line) => line.call));
    }
  }
}

const random = new RandomCalls(1);
const someCalls = (count: number): CallEntry[] => random.many(count, () => 1_000_000);
const idsOf = (calls: readonly CallEntry[]): string[] => calls.map((call) => call.id);

function setUp(more: Partial<ConstructorParameters<typeof BatchedLedger>[0]> = {}) {
  const writer = new ScriptedWriter();
  const said: string[] = [];
  const log: LedgerLog = {
    warn: (_, message) => void said.push(message),
    error: (_, message) => void said.push(`error: ${message}`),
  };
  const ledger = new BatchedLedger({ writer, log, random: () => 0, flushIntervalMs: 10, ...more });
  const recordAll = (calls: readonly CallEntry[]): void => calls.forEach((call) => ledger.record(call));
  return { writer, ledger, said, recordAll };
}

test('recording writes nothing itself; calls go in order, in batches no larger than told', async () => {
  const { writer, ledger, recordAll } = setUp({ maxBatchCalls: 50 });
  const calls = someCalls(120);
  recordAll(calls);
  expect(writer.tries).toBe(0);
  await ledger.flush();
  expect(writer.batches.map((batch) => batch.length)).toEqual([50, 50, 20]);
  expect(writer.ids).toEqual(idsOf(calls));
  await ledger.close();
});

test('a batch waits for the interval, so that steady traffic shares statements', async () => {
  const { writer, ledger, recordAll } = setUp({ flushIntervalMs: 40 });
  for (let i = 0; i < 8; i++) {
    recordAll(someCalls(1));
    await delay(10);
  }
  await ledger.close();
  expect(writer.batches.flat()).toHaveLength(8);
  expect(writer.batches.length).toBeLessThan(6);
});

test('flush waits for what was recorded before it, not for what comes after', async () => {
  const { writer, ledger, recordAll } = setUp();
  let release = (): void => undefined;
  recordAll(someCalls(1));
  await ledger.flush();
  recordAll(someCalls(1));
  const flushed = ledger.flush();
  await until(() => writer.tries === 2);
  writer.gate = new Promise((resolve) => (release = resolve));
  recordAll(someCalls(1));
  await flushed;
  expect(writer.batches).toHaveLength(2);
  release();
  await ledger.close();
  expect(writer.batches.flat()).toHaveLength(3);
});

test('a failing store is tried again until it takes every call once', async () => {
  const { writer, ledger, said, recordAll } = setUp();
  const calls = someCalls(30);
  writer.away = true;
  recordAll(calls);
  await until(() => writer.tries >= 3);
  expect(ledger.stats).toMatchObject({ queuedCalls: 30, writtenCalls: 0 });
  expect(ledger.stats.lagMs).toBeGreaterThan(0);
  writer.away = false;
  await ledger.flush();
  expect(writer.ids).toEqual(idsOf(calls));
  expect(said).toHaveLength(1);
  expect(ledger.stats).toMatchObject({ queuedCalls: 0, queuedBytes: 0, lagMs: 0, writtenCalls: 30 });
  await ledger.close();
});

test.each([1, 2, 3, 7])(
  '%d refused calls of a hundred stand aside, the others are written',
  async (count) => {
    const spool = new ListSpool();
    const { writer, ledger, said, recordAll } = setUp({ spool });
    const calls = someCalls(100);
    const bad = Array.from({ length: count }, (_, i) => calls[i * 13] as CallEntry);
    for (const call of bad) writer.refused.add(call.id);
    recordAll(calls);
    await ledger.flush();
    expect(writer.ids.sort()).toEqual(idsOf(calls.filter((call) => !bad.includes(call))).sort());
    expect(spool.lines).toEqual(bad.map((call) => ({ call, error: 'refused' })));
    expect(said.filter((line) => line.startsWith('error: the store refused a call'))).toHaveLength(count);
    await ledger.close();
  },
);

test('closing gives the store its time, then spools; the store may hang', async () => {
  const spool = new ListSpool();
  const { writer, ledger, recordAll } = setUp({ spool, closeTimeoutMs: 120 });
  writer.gate = new Promise(() => undefined);
  const calls = someCalls(40);
  recordAll(calls);
  const begun = Date.now();
  await ledger.close();
  expect(Date.now() - begun).toBeLessThan(2_000);
  expect(idsOf(spool.lines.map((line) => line.call))).toEqual(idsOf(calls));
});

test('closing without store and spool says what is lost', async () => {
  const { writer, ledger, said, recordAll } = setUp({ closeTimeoutMs: 30 });
  writer.away = true;
  recordAll(someCalls(3));
  await ledger.close();
  expect(said).toContain('error: the ledger ends without its store and has no spool: calls are lost');
});

test('what lies in the spool is written at the start and after an overflow', async () => {
  const spool = new ListSpool();
  const old = someCalls(5);
  await spool.append(old);
  const { writer, ledger, recordAll } = setUp({ spool, maxQueuedBytes: 20_000, maxBatchCalls: 4 });
  await until(() => ledger.stats.writtenCalls === 5);
  writer.away = true;
  const fresh = someCalls(40);
  recordAll(fresh);
  await until(() => ledger.stats.spooledCalls > 10);
  expect(ledger.stats.queuedBytes).toBeLessThan(120_000);
  writer.away = false;
  await until(() => new Set(writer.ids).size === 45);
  expect([...new Set(writer.ids)].sort()).toEqual(idsOf([...old, ...fresh]).sort());
  await ledger.close();
});

test('close may be called twice, and on an idle ledger', async () => {
  const { ledger } = setUp();
  await Promise.all([ledger.close(), ledger.close()]);
  await ledger.close();
  expect(ledger.stats.queuedCalls).toBe(0);
});
