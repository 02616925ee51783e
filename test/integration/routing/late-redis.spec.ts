import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisGroupStore } from '@turnpike/routing/adapters/redis/redis-group-store';
import type { EntryAnswer } from '@turnpike/routing/domain/group-store';
import { until } from '@turnpike/testing';
import { RedisServer } from '../../e2e/resilience/fleet/redis-server';
import { enter, PLACE, Replicas } from './replicas';

const NOTE = {
  class: 'rate_minute',
  scope: 'credential',
  provenance: 'authoritative',
  readable: true,
} as const;

let server: RedisServer;
const stage = new Replicas();

beforeAll(async () => {
  server = await RedisServer.open();
});
afterAll(() => server.close());
afterEach(async () => {
  server.resume();
  await stage.close();
});

function fail(store: RedisGroupStore, group: string, waitMs = 60_000): void {
  const event = { kind: 'failed', place: PLACE, note: { ...NOTE, waitMs }, draw: 0.5 } as const;
  store.report(group, event, true, Date.now());
}

/** A first call, which Redis does not answer. */
async function firstCall(store: RedisGroupStore, group: string): Promise<EntryAnswer> {
  server.pause();
  await store.ready([group], Date.now());
  return enter(store, group);
}

const COOLS = { kind: 'closed', reason: 'cooling_rate_minute' };

it('a replica that never used a group knows within a second that somebody of it sits out', async () => {
  const [one, other] = [await stage.open(server.url), await stage.open(server.url)];
  const group = randomUUID();
  fail(one, group);
  await sleep(1_000);
  expect(await firstCall(other, group)).toMatchObject(COOLS);
});

it('a replica that begins knows it before its first call', async () => {
  const one = await stage.open(server.url);
  const group = randomUUID();
  fail(one, group);
  await one.flush();
  expect(await firstCall(await stage.open(server.url), group)).toMatchObject(COOLS);
});

it('a probe that Redis grants too late is given back', async () => {
  const store = await stage.open(server.url);
  const group = randomUUID();
  fail(store, group, 300);
  await store.flush();
  await sleep(400);
  server.pause();
  expect(await enter(store, group)).toMatchObject({ kind: 'closed', reason: 'recovering' });
  server.resume();
  await until(async () => (await enter(store, group)).kind === 'entered', {
    limitMs: 3_000,
    everyMs: 50,
    what: 'the next probe',
  });
});
