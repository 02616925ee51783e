import { WaitingRoom, type Turn } from './waiting-room';

const T0 = 1_750_000_000_000;

let shared: WaitingRoom;
beforeEach(() => {
  jest.useFakeTimers({ now: T0 });
  shared = room();
});
afterEach(() => jest.useRealTimers());

const room = (most = 100): WaitingRoom => new WaitingRoom(() => Date.now(), most);

interface Waiting {
  readonly name: string;
  turn: Turn | undefined;
  late: boolean;
  readonly cancel: () => void;
}

function join(
  waiting: WaitingRoom,
  name: string,
  { caller = name, line = 'a', inMs = 0, limitMs = 2_000 } = {},
): Waiting {
  const { ended, cancel } = waiting.join({ line, caller, notBeforeMs: Date.now() + inMs, limitMs });
  const one: Waiting = { name, turn: undefined, late: false, cancel };
  void ended.then((turn) => {
    one.turn = turn;
    one.late = turn === undefined;
  });
  return one;
}

const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);
const called = (all: readonly Waiting[]): string =>
  all
    .filter(({ turn }) => turn)
    .map(({ name }) => name)
    .join('');

it('calls one at a time, and the next when its turn is over', async () => {
  const all = ['1', '2', '3'].map((name, i) => join(shared, name, { inMs: i }));
  await pass(500);
  expect(called(all)).toBe('1');
  all[0]?.turn?.over();
  await pass(1);
  expect(called(all)).toBe('12');
  all[1]?.turn?.over();
  all[1]?.turn?.over();
  await pass(1);
  expect(called(all)).toBe('123');
});

it('calls nobody before the place opens, nor while it is shut for everybody', async () => {
  const all = [join(shared, '1', { inMs: 100 }), join(shared, '2', { inMs: 100 })];
  await pass(99);
  expect(called(all)).toBe('');
  await pass(1);
  expect(called(all)).toBe('1');
  all[0]?.turn?.over(Date.now() + 250);
  await pass(249);
  expect(called(all)).toBe('1');
  await pass(1);
  expect(called(all)).toBe('12');
});

it('is fair: a caller with many calls does not keep out one with few', async () => {
  const all = [
    ...['a', 'b', 'c', 'd'].map((name) => join(shared, name, { caller: 'many' })),
    ...['x', 'y'].map((name) => join(shared, name, { caller: 'few' })),
  ];
  const order: string[] = [];
  for (let i = 0; i < all.length; i++) {
    await pass(1);
    const one = all.find(({ turn, name }) => turn && !order.includes(name));
    order.push(one?.name ?? '-');
    one?.turn?.over();
  }
  expect(order.join('')).toBe('axbycd');
});

it('lets those go whose time is over, in mid-line too', async () => {
  const all = [join(shared, '1'), join(shared, '2', { limitMs: 50 }), join(shared, '3', { inMs: 300 })];
  await pass(60);
  expect([all[1]?.late, shared.size]).toEqual([true, 1]);
  all[0]?.turn?.over();
  await pass(300);
  expect(called(all)).toBe('13');
});

it('has so many seats and no more', async () => {
  const small = room(2);
  const all = [
    join(small, '1', { inMs: 100 }),
    join(small, '2', { inMs: 100 }),
    join(small, '3', { inMs: 100 }),
  ];
  await pass(0);
  expect(all.map(({ late }) => late)).toEqual([false, false, true]);
  await pass(100);
  expect(small.size).toBe(1);
});

it('a caller that leaves makes room, and gives its turn back at once', async () => {
  const all = [join(shared, '1', { inMs: 10 }), join(shared, '2', { inMs: 10 })];
  all[0]?.cancel();
  await pass(10);
  expect([all[0]?.late, called(all)]).toEqual([true, '2']);
  all[1]?.cancel();
  expect(all[1]?.turn).toBeDefined();
});

it('lines know nothing of each other, and empty ones are forgotten', async () => {
  const all = [join(shared, '1'), join(shared, '2', { line: 'b' })];
  await pass(1);
  expect(called(all)).toBe('12');
  expect([shared.isTaken('a'), shared.isTaken('c')]).toEqual([true, false]);
  for (const { turn } of all) turn?.over();
  expect([shared.isTaken('a'), shared.isTaken('b'), shared.size]).toEqual([false, false, 0]);
});
