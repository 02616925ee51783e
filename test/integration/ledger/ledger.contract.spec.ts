import { MemoryLedger } from '@turnpike/billing/adapters/memory-ledger';
import { findCall } from '@turnpike/billing/adapters/pg-find-call';
import { PgLedger } from '@turnpike/billing/adapters/pg-ledger';
import { traceCall, type CallTrace, type Ledger } from '@turnpike/billing';
import { uuidv7 } from '@turnpike/kernel';
import { createPgPool } from '@turnpike/persistence';
import { createTestDatabase } from '@turnpike/testing';
import { RandomCalls } from '@turnpike/testing/random-calls';

interface Subject {
  readonly ledger: Ledger;
  readonly find: (idOrRequestId: string, keyId?: string) => Promise<CallTrace | undefined>;
  readonly stop: () => Promise<void>;
}

const subjects: Record<string, () => Promise<Subject>> = {
  MemoryLedger: () => {
    const ledger = new MemoryLedger();
    const find: Subject['find'] = (id, keyId) => Promise.resolve(ledger.find(id, keyId));
    return Promise.resolve({ ledger, find, stop: () => ledger.close() });
  },
  PgLedger: async () => {
    const database = await createTestDatabase();
    const pool = createPgPool(database.connectionString);
    const ledger = new PgLedger(pool);
    return {
      ledger,
      find: (idOrRequestId, keyId) => findCall(pool, { idOrRequestId, keyId }),
      stop: async () => {
        await ledger.close();
        await pool.end();
        await database.drop();
      },
    };
  },
};

describe.each(Object.entries(subjects))('%s keeps the contract of a ledger', (_, open) => {
  let subject: Subject;
  const calls = new RandomCalls(7);
  const now = (): number => Date.now() - calls.int(1_000_000);

  beforeAll(async () => {
    subject = await open();
  });
  afterAll(() => subject.stop());

  const trace = (call: ReturnType<RandomCalls['call']>): CallTrace => traceCall(call, call.projectId ?? null);

  test('what was recorded is found whole after a flush', async () => {
    const batch = calls.many(120, now);
    for (const call of batch) subject.ledger.record(call);
    await subject.ledger.flush();
    for (const call of batch) expect(await subject.find(call.id)).toEqual(trace(call));
  });

  test('a call is found by the id its client gave, the newest of its key first', async () => {
    const older = { ...calls.call(now(), 1), requestId: 'twice', keyId: uuidv7() };
    const newer = { ...calls.call(now(), 2), requestId: 'twice', keyId: older.keyId };
    const foreign = { ...calls.call(now(), 1), requestId: 'twice', keyId: uuidv7() };
    for (const call of [older, newer, foreign]) subject.ledger.record(call);
    await subject.ledger.flush();
    expect(await subject.find('twice', older.keyId)).toEqual(trace(newer));
    expect(await subject.find('twice')).toEqual(trace(foreign));
    expect(await subject.find(foreign.id, older.keyId)).toBeUndefined();
    expect(await subject.find('never')).toBeUndefined();
  });

  test('a call id goes before a request id of the same text', async () => {
    const call = calls.call(now(), 1);
    const thief = { ...calls.call(now(), 1), requestId: call.id };
    for (const entry of [call, thief]) subject.ledger.record(entry);
    await subject.ledger.flush();
    expect(await subject.find(call.id)).toEqual(trace(call));
  });

  test('the same call twice is one call, as it was first', async () => {
    const call = calls.call(now(), 2);
    subject.ledger.record(call);
    await subject.ledger.flush();
    subject.ledger.record({ ...call, status: 500, costPicoUsd: 5n });
    subject.ledger.record(call);
    await subject.ledger.flush();
    expect(await subject.find(call.id)).toEqual(trace(call));
  });

  test('flush resolves when there is nothing to do', async () => {
    await expect(subject.ledger.flush()).resolves.toBeUndefined();
  });
});
