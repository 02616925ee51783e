import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { RandomCalls } from '@turnpike/testing/random-calls';
import type { CallEntry } from '../domain/ledger';
import { FileCallSpool } from './file-call-spool';

let folder: string;
let file: string;
const said: string[] = [];
const log = { warn: () => undefined, error: (_: object, message: string) => void said.push(message) };

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'turnpike-spool-'));
  file = path.join(folder, 'ledger-spool.jsonl');
  said.length = 0;
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const calls = new RandomCalls(2).many(25, () => 1_000_000);

async function replayAll(batchSize = 10): Promise<CallEntry[][]> {
  const batches: CallEntry[][] = [];
  await new FileCallSpool(file, log).replay(batchSize, (batch) => {
    batches.push([...batch]);
    return Promise.resolve();
  });
  return batches;
}

/** undefined members do not survive JSON, which is as good as absent. */
const plain = (entries: readonly CallEntry[]): unknown =>
  JSON.parse(
    JSON.stringify(entries, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)),
  );

test('what was put in comes out once, in batches, money as it was', async () => {
  const spool = new FileCallSpool(file, log);
  await spool.append(calls.slice(0, 20));
  await spool.append(calls.slice(20), 'refused');
  const batches = await replayAll();
  expect(batches.map((batch) => batch.length)).toEqual([10, 10, 5]);
  expect(plain(batches.flat())).toEqual(plain(calls));
  expect(await replayAll()).toEqual([]);
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('only the owner reads it', async () => {
  await new FileCallSpool(file).append(calls);
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
});

test('a line that a crash cut short costs nothing but itself, and is kept', async () => {
  const spool = new FileCallSpool(file, log);
  await spool.append(calls.slice(0, 2));
  fs.appendFileSync(file, '{"call":{"id":"half');
  await spool.append(calls.slice(2, 4));
  expect((await replayAll()).flat().map((call) => call.id)).toEqual(calls.slice(0, 4).map((call) => call.id));
  expect(fs.readFileSync(`${file}.unreadable`, 'utf8')).toContain('"half');
  expect(said).toEqual(['lines of the ledger spool could not be read; they are kept beside it']);
});

test('a replay that fails is taken up again', async () => {
  await new FileCallSpool(file, log).append(calls.slice(0, 3));
  const failing = new FileCallSpool(file, log).replay(10, () => Promise.reject(new Error('stopped')));
  await expect(failing).rejects.toThrow('stopped');
  expect((await replayAll()).flat()).toHaveLength(3);
});

test('calls that are spooled during a replay wait for the next one', async () => {
  const spool = new FileCallSpool(file, log);
  await spool.append(calls.slice(0, 1));
  await spool.replay(10, () => spool.append(calls.slice(1, 3)));
  expect((await replayAll()).flat()).toHaveLength(2);
});

test('there is nothing to replay in a folder that does not exist', async () => {
  file = path.join(folder, 'none/ledger-spool.jsonl');
  expect(await replayAll()).toEqual([]);
});
