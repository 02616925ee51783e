import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@turnpike/testing';
import type { JournalEntry } from '../../../apps/mock-upstream/src/mock-upstream';
import { askAtOnce, askFleet, warmUp, type Told } from './fleet/ask-fleet';
import { Figures, tally } from './fleet/figures';
import { fleetConfig, pairsOf, providerAt } from './fleet/fleet-config';
import { mockOf, openFleet, troublesOf, type Fleet } from './fleet/open-fleet';
import { mostUnderWay } from './fleet/under-way';

const CASES = ['seen', 'probe', 'breaker', 'warm'];
/** How long the provider of a probe takes, so that it is seen whether anybody else comes meanwhile. */
const PROBE_MS = 500;
/** Calls that come at the moment of recovery. */
const CROWD = 30;
/** Ten seconds and a fifth. */
const LONGEST_OPEN_MS = 12_000;
const HERD = 1_000;
const herdOf = ({ name }: { readonly name: string }): string => `herd-${name}`;
/** A place that is back takes 2, 4, 8, ... calls per step. */
const STEP_MS = 250;

const figures = new Figures('Recovery over three gateways');
let fleet: Fleet;

beforeAll(async () => {
  fleet = await openFleet({
    mocks: { a: {}, b: {} },
    config: (mocks) => {
      const both = { a: mockOf({ mocks }, 'a'), b: mockOf({ mocks }, 'b') };
      const { providers, models } = pairsOf(both, CASES);
      const herds = HERDS.map(herdOf);
      return fleetConfig(
        {
          ...providers,
          ...Object.fromEntries(
            herds.map((name) => [name, providerAt(both.a, 'chat', [{ name: 'c1', apiKey: `key-${name}` }])]),
          ),
        },
        {
          ...models,
          ...Object.fromEntries(herds.map((name) => [name, { targets: [`${name}/m-${name}`] }])),
        },
        { maxQueueWaitMs: 60_000 },
      );
    },
  });
  await warmUp(fleet, 'warm');
}, 120_000);
afterAll(async () => {
  figures.print();
  await fleet?.close();
  expect(troublesOf(fleet)).toEqual([]);
}, 60_000);

const atFirst = (name: string, sinceMs: number): JournalEntry[] =>
  mockOf(fleet, 'a').journal.entries.filter(
    ({ model, receivedAtMs }) => model === `m-${name}` && receivedAtMs >= sinceMs,
  );

const statuses = (told: readonly Told[]): Record<string, number> => tally(told.map(({ status }) => status));

/** One refusal of the first provider, with the wait that it states. */
async function refuse(name: string, waitMs: number): Promise<number> {
  const prompt = `[[mock: fault=429 limit=ms waitMs=${waitMs} on=a]]`;
  const told = await askFleet(fleet, 0, { model: name, prompt });
  expect([told.status, told.headers['x-turnpike-provider']]).toEqual([200, `${name}-b`]);
  return Date.now();
}

const crowd = (name: string): Promise<Told[]> =>
  askAtOnce(fleet, CROWD, () => ({ model: name, prompt: `[[mock: firstByteMs=${PROBE_MS}]]` }));

/** Seconds until the first provider serves again, asked by one call at a time. */
const back = (name: string): Promise<boolean> =>
  until(
    async () => (await askFleet(fleet, 1, { model: name })).headers['x-turnpike-provider'] === `${name}-a`,
    {
      limitMs: 10_000,
      everyMs: 200,
      what: `the return of ${name}`,
    },
  );

describe('a cooldown', () => {
  it('is in force at every gateway within a second', async () => {
    const cooledAtMs = await refuse('seen', 30_000);
    await sleep(1_000);
    const told = await askAtOnce(fleet, 30, () => ({ model: 'seen' }));
    expect(statuses(told)).toEqual({ 200: 30 });
    expect(atFirst('seen', cooledAtMs)).toEqual([]);
  });

  it('ends with one probe over all gateways, then step by step', async () => {
    const cooledAtMs = await refuse('probe', 2_000);
    await sleep(cooledAtMs + 2_100 - Date.now());
    const told = await crowd('probe');
    expect(statuses(told)).toEqual({ 200: CROWD });
    const came = atFirst('probe', cooledAtMs);
    const provedAtMs = (came[0]?.receivedAtMs ?? Infinity) + PROBE_MS;
    const probes = came.filter(({ receivedAtMs }) => receivedAtMs < provedAtMs);
    figures.add(`R8: ${CROWD} calls at the end of a cooldown`, {
      probes: probes.length,
      'at the first provider': came.length,
    });
    expect(probes).toHaveLength(1);
    expect(await back('probe')).toBe(true);
  }, 30_000);
});

describe('a breaker', () => {
  it('opens over all gateways, seen within a second, and closes behind three probes', async () => {
    const startedAtMs = Date.now();
    // A failure each, at one gateway after the other: none of them alone has seen enough.
    for (let n = 0; n < 5; n++) {
      const told = await askFleet(fleet, n, { model: 'breaker', prompt: '[[mock: fault=500 on=a]]' });
      expect([told.status, told.headers['x-turnpike-attempts']]).toEqual([200, '2']);
    }
    const openedAtMs = Date.now();
    expect(atFirst('breaker', startedAtMs)).toHaveLength(5);
    await sleep(1_000);
    expect(statuses(await askAtOnce(fleet, 30, () => ({ model: 'breaker' })))).toEqual({ 200: 30 });
    expect(atFirst('breaker', openedAtMs)).toEqual([]);

    await sleep(openedAtMs + LONGEST_OPEN_MS + 200 - Date.now());
    const told = await crowd('breaker');
    expect(statuses(told)).toEqual({ 200: CROWD });
    const came = atFirst('breaker', openedAtMs);
    // Until the third of them has begun to answer.
    const closedAtMs = (came[2]?.receivedAtMs ?? Infinity) + PROBE_MS;
    const probes = came.filter(({ receivedAtMs }) => receivedAtMs < closedAtMs);
    figures.add(`R8: ${CROWD} calls at the end of an open breaker`, {
      'probes at once': mostUnderWay(probes),
      'at the first provider': came.length,
    });
    expect(probes.length).toBeGreaterThan(0);
    expect(mostUnderWay(probes)).toBeLessThanOrEqual(3);
    expect(await back('breaker')).toBe(true);
  }, 60_000);
});

/** Calls that a place may have been sent by the end of each step after it is back, its probe included. */
const allowedBy = (step: number): number => 1 + 2 * (2 ** (step + 1) - 1);

/** Each herd: how long its place sits out, and how long after the refusal it comes, all of it at once. */
const HERDS = [
  { name: 'early', comes: 'while the place cools', coolsMs: 11_000, afterMs: 1_000 },
  { name: 'late', comes: 'when the place may be tried again', coolsMs: 2_000, afterMs: 2_100 },
];

describe('a herd', () => {
  it.each(HERDS)(
    'that comes $comes waits behind one probe and then comes step by step',
    async (herd) => {
      const model = herdOf(herd);
      const prompt = `[[mock: fault=429 limit=ms waitMs=${herd.coolsMs}]]`;
      const refused = await askFleet(fleet, 0, { model, prompt });
      const cooledAtMs = Date.now();
      expect([refused.status, refused.headers['x-turnpike-attempts']]).toEqual([429, '1']);
      await sleep(herd.afterMs);
      const told = await askAtOnce(fleet, HERD, (n) => ({
        model,
        prompt: `[[mock: id=${model}-${n} firstByteMs=${PROBE_MS}]]`,
      }));
      expect(statuses(told)).toEqual({ 200: HERD });
      const came = atFirst(model, cooledAtMs);
      expect(came).toHaveLength(HERD);
      const firstAtMs = came[0]?.receivedAtMs ?? Infinity;
      const isEarly = herd.afterMs < herd.coolsMs;
      // All of them were waiting by then, at gateways of which two had never called the place, or the test says nothing.
      if (isEarly) expect(Math.max(...told.map(({ sentAtMs }) => sentAtMs))).toBeLessThan(firstAtMs);
      const provedAtMs = firstAtMs + PROBE_MS;
      const probes = came.filter(({ receivedAtMs }) => receivedAtMs < provedAtMs).length;
      const bySteps = Array.from(
        { length: 8 },
        (_, step) =>
          came.filter(({ receivedAtMs }) => receivedAtMs < provedAtMs + (step + 1) * STEP_MS).length,
      );
      figures.add(`herd of ${HERD}, at once ${herd.comes}`, {
        'first call after its wait ms': firstAtMs - cooledAtMs - herd.coolsMs,
        probes,
        'sent by the end of each step': bySteps.join(' '),
        'last answer after ms': Math.max(...told.map(({ endedAtMs }) => endedAtMs)) - firstAtMs,
      });
      expect(probes).toBe(1);
      for (const [step, sent] of bySteps.entries()) expect(sent).toBeLessThanOrEqual(allowedBy(step));
    },
    90_000,
  );
});
