import { setTimeout as sleep } from 'node:timers/promises';
import { askFleet, type Told } from './fleet/ask-fleet';
import { Figures } from './fleet/figures';
import { fleetConfig, providerAt } from './fleet/fleet-config';
import { mockOf, openFleet, troublesOf, type Fleet, type Replica } from './fleet/open-fleet';

const NAMES = ['one', 'two', 'three'];
const TURNS = 50;
const DIES_AFTER = 20;
const BENCHED_AFTER = 35;
const COMES_BACK_AFTER = 42;
const TALKS = 3;

const figures = new Figures('A conversation over three gateways');
let fleet: Fleet;

beforeAll(async () => {
  fleet = await openFleet({
    mocks: { mock: {} },
    config: (mocks) =>
      fleetConfig(
        Object.fromEntries(
          NAMES.map((name) => [
            name,
            providerAt(mockOf({ mocks }, 'mock'), 'chat', [{ name: 'c1', apiKey: `key-${name}` }]),
          ]),
        ),
        { talk: { strategy: 'round-robin', targets: NAMES.map((name) => `${name}/m`) } },
      ),
  });
}, 120_000);
afterAll(async () => {
  figures.print();
  await fleet?.close();
  expect(troublesOf(fleet)).toEqual([]);
}, 60_000);

/** A conversation as a client repeats it, without any hint which one it is. */
const messagesOf = (name: string, turn: number): object[] => [
  { role: 'system', content: 'Be kind.' },
  ...Array.from({ length: turn }, (_, n) => [
    { role: 'user', content: `${name}, question ${n}.` },
    { role: 'assistant', content: `Answer ${n}.` },
  ]).flat(),
  { role: 'user', content: `${name}, question ${turn}.` },
];

/** The replica of this turn; the dead one's turns go to the next. */
function replicaOf(turn: number): number {
  const { length } = fleet.replicas;
  const at = turn % length;
  return fleet.replicas[at]?.isAlive() ? at : (at + 1) % length;
}

const replicaAt = (n: number): Replica => {
  const replica = fleet.replicas[n];
  if (!replica) throw new Error(`no replica ${n}`);
  return replica;
};

const ask = (name: string, turn: number): Promise<Told> =>
  askFleet(fleet, replicaOf(turn), { model: 'talk', messages: messagesOf(name, turn) });

const providerOf = ({ headers }: Told): string => headers['x-turnpike-provider'] ?? '';
const isMoved = ({ headers }: Told): boolean =>
  (headers['x-turnpike-warnings'] ?? '').includes('session_moved');

/** Somebody else's call is refused there, with a long wait. */
async function bench(provider: string): Promise<void> {
  const told = await askFleet(fleet, replicaOf(0), {
    model: 'talk',
    prompt: `[[mock: fault=429 limit=seconds waitMs=120000 on=key-${provider}]]`,
    headers: { 'x-turnpike-provider': provider },
  });
  expect(told.status).toBe(429);
}

it('stays on its target through the death of the gateway that served it, and moves when the target sits out', async () => {
  const talks = Array.from({ length: TALKS }, (_, n) => `talk ${n} of ${process.pid}`);
  const told: Told[][] = talks.map(() => []);
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [n, name] of talks.entries()) told[n]?.push(await ask(name, turn));
    if (turn === DIES_AFTER) await replicaAt(replicaOf(turn)).kill();
    if (turn === COMES_BACK_AFTER) await replicaAt(DIES_AFTER % fleet.replicas.length).restart();
    if (turn !== BENCHED_AFTER) continue;
    await bench(providerOf(told[0]?.[turn] ?? fail()));
    await sleep(1_000);
  }
  const [first = [], ...others] = told;
  expect(told.flat().map(({ status }) => status)).toEqual(told.flat().map(() => 200));

  const before = new Set(first.slice(0, BENCHED_AFTER + 1).map(providerOf));
  const after = new Set(first.slice(BENCHED_AFTER + 1).map(providerOf));
  const moves = first.flatMap((each, turn) => (isMoved(each) ? [turn] : []));
  figures.add(`R21: ${TURNS} turns`, {
    'targets before': [...before].join(' '),
    'targets after': [...after].join(' '),
    'said to have moved at turn': moves.join(' '),
  });
  expect(before.size).toBe(1);
  expect(after.size).toBe(1);
  expect([...after]).not.toEqual([...before]);
  expect(moves).toEqual([BENCHED_AFTER + 1]);
  // Those on other targets stay all the time, those on the same one move once.
  for (const each of others) {
    const benched = providerOf(each[0] ?? fail()) === [...before][0];
    expect(new Set(each.map(providerOf)).size).toBe(benched ? 2 : 1);
    expect(each.filter(isMoved)).toHaveLength(benched ? 1 : 0);
  }
}, 120_000);

const fail = (): never => {
  throw new Error('a turn is missing');
};
