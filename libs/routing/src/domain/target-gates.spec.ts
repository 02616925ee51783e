import type { QuotaReading } from '@turnpike/protocol';
import { NO_SIZE, type GatedPlace, type Pass, type PassEnd } from './gate';
import { MemoryGroupStore } from '../adapters/memory-group-store';
import { HERE, T0 } from '../testing/groups';
import { failure, FAILURE_CLASSES } from '../testing/targets';
import type { GroupEvent } from './group/group-event';
import type { Entry } from './group/group-state';
import type { EntryAnswer, GroupView } from './group-store';
import { TargetGates } from './target-gates';

const SECOND = 1_000;
const size = { inputTokens: 100, outputCap: 50 };

/** A store that notes what it is asked and told; its clock may be ahead, its answers may take a turn. */
class NotedStore extends MemoryGroupStore {
  readonly entries: Entry[] = [];
  readonly events: (GroupEvent & { readonly urgent: boolean })[] = [];
  skewMs = 0;
  isSlow = false;

  override look(group: string): GroupView | undefined {
    const view = super.look(group);
    return view && { ...view, skewMs: this.skewMs };
  }

  override enter(group: string, entry: Entry, nowMs: number): EntryAnswer {
    this.entries.push(entry);
    const answer = super.enter(group, entry, nowMs + this.skewMs);
    return this.isSlow ? (Promise.resolve(answer) as unknown as EntryAnswer) : answer;
  }

  override report(group: string, event: GroupEvent, urgent: boolean, nowMs: number): void {
    this.events.push({ ...event, urgent });
    super.report(group, event, urgent, nowMs + this.skewMs);
  }

  get kinds(): readonly string[] {
    return this.events.map(({ kind }) => kind);
  }
}

const open = (days: { asked: number } = { asked: 0 }) => {
  const store = new NotedStore();
  const gates = new TargetGates({
    store,
    random: () => 0.5,
    dayOf: () => {
      days.asked++;
      return { id: 'today', leftMs: 1_000 };
    },
  });
  return { store, gates };
};

const enter = (gates: TargetGates, place: GatedPlace = HERE, nowMs = T0, force = false): Pass => {
  const pass = gates.enter(place, size, force, nowMs);
  if (pass instanceof Promise || pass.kind === 'closed') throw new Error('refused');
  return pass;
};

const refusal = (gates: TargetGates, place: GatedPlace = HERE, nowMs = T0) => {
  const answer = gates.enter(place, size, false, nowMs);
  return answer instanceof Promise ? undefined : answer.kind === 'closed' ? answer.reason : undefined;
};

const failing = (what: Parameters<typeof failure>[0], more: Parameters<typeof failure>[1] = {}): PassEnd => ({
  kind: 'failed',
  failure: failure(what, more),
  reached: true,
});

describe('a place of which nothing is known', () => {
  it('is entered without asking anybody, and leaves nothing to settle', () => {
    const { store, gates } = open();
    const pass = enter(gates);
    gates.proved(pass, T0 + 10);
    gates.ended(pass, { kind: 'gone', reached: true }, T0 + 20);
    expect([store.entries, store.events, pass.taken]).toEqual([[], [], undefined]);
    expect(gates.signals(HERE, T0)).toEqual({ inFlight: 0, penalty: 0, ttftMs: 10 });
  });

  it('with limits asks the store, and settles what it took', () => {
    const { store, gates } = open();
    const place = { ...HERE, limits: { rpm: 1, concurrency: 9 } };
    const pass = enter(gates, place);
    expect(refusal(gates, place)).toBe('provider_minute');
    gates.ended(pass, { kind: 'succeeded' }, T0 + 20);
    expect(store.kinds).toEqual(['succeeded', 'settled']);
  });
});

describe('the copy of a replica', () => {
  const benched = (skewMs = 0) => {
    const { store, gates } = open();
    store.skewMs = skewMs;
    gates.ended(enter(gates), failing('rate_minute', { wakeAtMs: T0 + 5 * SECOND }), T0);
    return { store, gates };
  };

  it('is enough to refuse while something cools, in the clock of this process', () => {
    const { store, gates } = benched(3 * SECOND);
    expect(gates.look(HERE, NO_SIZE, T0)).toMatchObject({
      reason: 'cooling_rate_minute',
      untilMs: T0 + 5 * SECOND,
    });
    expect(gates.enter(HERE, size, false, T0)).toMatchObject({ untilMs: T0 + 5 * SECOND });
    expect(store.entries).toEqual([]);
    expect(gates.look(HERE, NO_SIZE, T0 + 5 * SECOND)).toBeUndefined();
  });

  it('is not enough when somebody is trying: that may be over by now', () => {
    const { store, gates } = benched();
    enter(gates, HERE, T0 + 5 * SECOND);
    expect(refusal(gates, HERE, T0 + 5 * SECOND)).toBe('recovering');
    expect(store.entries).toHaveLength(2);
  });

  it('is enough to let in where nothing shared is taken', () => {
    const { store, gates } = benched();
    enter(gates, { ...HERE, quotaGroup: 'other' });
    const pass = enter(gates, HERE, T0 + 5 * SECOND);
    gates.proved(pass, T0 + 5 * SECOND);
    gates.ended(pass, { kind: 'succeeded' }, T0 + 5 * SECOND);
    const asked = store.entries.length;
    enter(gates, HERE, T0 + 10 * SECOND);
    expect(store.entries).toHaveLength(asked);
  });

  it('looking takes nothing, however often', () => {
    const { gates } = benched();
    for (let i = 0; i < 10; i++) expect(gates.look(HERE, size, T0 + 5 * SECOND)).toBeUndefined();
    expect(refusal(gates, HERE, T0 + 5 * SECOND)).toBeUndefined();
  });

  it('a guess does not keep out the last target of a route', () => {
    const { gates } = open();
    gates.ended(enter(gates), failing('rate_long'), T0);
    expect(refusal(gates)).toBe('cooling_rate_long');
    expect(gates.look(HERE, size, T0)?.soft).toBe(true);
    expect(enter(gates, HERE, T0, true).kind).toBe('pass');
  });
});

describe('calls under way', () => {
  it('are counted while the store has not answered yet', async () => {
    const { store, gates } = open();
    store.isSlow = true;
    const place = { ...HERE, limits: { rpm: 100 } };
    const answers = [0, 1, 2].map(async () => gates.enter(place, size, false, T0));
    expect(gates.signals(place, T0).inFlight).toBe(3);
    const passes = await Promise.all(answers);
    for (const pass of passes) if (pass.kind === 'pass') gates.ended(pass, { kind: 'succeeded' }, T0);
    expect(gates.signals(place, T0).inFlight).toBe(0);
  });

  it('are not counted when the store has refused', async () => {
    const { store, gates } = open();
    store.isSlow = true;
    const place = { ...HERE, limits: { concurrency: 1 } };
    await Promise.all([0, 1, 2].map(async () => gates.enter(place, size, false, T0)));
    expect(gates.signals(place, T0).inFlight).toBe(1);
  });

  it.each([
    ['a refusal without a wait', 'rate_minute', { status: 429 }, 2],
    ['an overload without one', 'overload', { status: 529 }, 2],
    ['a provider in trouble says nothing of it', 'overload', { status: 503 }, Infinity],
    ['a stated wait says enough', 'rate_minute', { status: 429, wakeAtMs: T0 + SECOND }, Infinity],
    ['another failure says nothing of it', 'server', {}, Infinity],
  ] as const)('%s: half of them', (_, what, more, most) => {
    const { gates } = open();
    const passes = [0, 1, 2, 3].map(() => enter(gates));
    const other = { ...HERE, quotaGroup: 'unknown' };
    for (const pass of passes) gates.ended(pass, failing(what, more), T0 + 1);
    let taken = 0;
    while (taken < 9 && refusal(gates, other, T0 + 2) === undefined) taken++;
    expect(taken).toBe(Math.min(9, most));
    expect(refusal(gates, other, T0 + 2)).toBe(taken < 9 ? 'provider_concurrency' : undefined);
  });
});

describe('what the store is told', () => {
  it('successes once a second, counted together, and before any failure', () => {
    const { store, gates } = open();
    for (let i = 0; i < 5; i++) gates.ended(enter(gates, HERE, T0 + i), { kind: 'succeeded' }, T0 + i);
    gates.ended(enter(gates, HERE, T0 + 9), failing('server'), T0 + 9);
    gates.ended(enter(gates, HERE, T0 + 10), { kind: 'succeeded' }, T0 + 10);
    gates.ended(enter(gates, HERE, T0 + 1_100), { kind: 'succeeded' }, T0 + 1_100);
    expect(store.events.map((event) => (event.kind === 'succeeded' ? event.calls : event.kind))).toEqual([
      1,
      4,
      'failed',
      2,
    ]);
  });

  it('nothing of failures that the request is to blame for', () => {
    const told = FAILURE_CLASSES.filter((what) => {
      const { store, gates } = open();
      gates.ended(enter(gates), failing(what), T0);
      return store.kinds.includes('failed');
    });
    expect(told).toEqual(['rate_minute', 'rate_long', 'credit', 'overload', 'server', 'auth', 'target_gone']);
  });

  it('a proof only where it may end something', () => {
    const { store, gates } = open();
    gates.proved(enter(gates), T0);
    expect(store.kinds).toEqual([]);
    gates.ended(enter(gates), failing('rate_minute', { wakeAtMs: T0 + SECOND }), T0);
    gates.proved(enter(gates, HERE, T0 + SECOND), T0 + SECOND + 40);
    expect(store.events[1]).toMatchObject({ kind: 'proved', ageMs: 40, urgent: true });
    expect(store.events[1]).toHaveProperty('lease');
  });

  it.each<[string, PassEnd, { tokens: number; requests: number }]>([
    [
      'known use',
      { kind: 'succeeded', used: { inputTokens: 90, outputTokens: 70 } },
      { tokens: 10, requests: 0 },
    ],
    ['unknown use', { kind: 'succeeded' }, { tokens: 0, requests: 0 }],
    [
      'a refusal: nothing was used',
      failing('rate_minute', { wakeAtMs: T0 + 1 }),
      { tokens: -150, requests: 0 },
    ],
    [
      'no answer at all',
      { kind: 'failed', failure: failure('server', { status: null }), reached: false },
      { tokens: -150, requests: 1 },
    ],
    ['a client that left', { kind: 'gone', reached: true }, { tokens: 0, requests: 0 }],
    ['before anything was sent', { kind: 'gone', reached: false }, { tokens: -150, requests: 1 }],
  ])('what a call really used: %s', (_, end, expected) => {
    const { store, gates } = open();
    const pass = enter(gates, { ...HERE, limits: { rpd: 9, concurrency: 9 } });
    gates.ended(pass, end, T0 + 70);
    const lease = pass.taken?.lease;
    expect(store.events[store.events.length - 1]).toMatchObject({
      kind: 'settled',
      lease,
      ageMs: 70,
      day: 'today',
      ...expected,
    });
  });

  it.each<[string, GatedPlace['limits'], PassEnd, number]>([
    [
      'one request, as was counted',
      { rpm: 9 },
      { kind: 'succeeded', used: { inputTokens: 1, outputTokens: 1 } },
      0,
    ],
    ['as many tokens as were counted', { tpm: 900 }, { kind: 'succeeded' }, 0],
    [
      'other tokens than were counted',
      { tpm: 900 },
      { kind: 'succeeded', used: { inputTokens: 1, outputTokens: 1 } },
      1,
    ],
    ['no request at all', { rpm: 9 }, { kind: 'gone', reached: false }, 1],
  ])('the end of a call where it changes what is known: %s', (_, limits, end, told) => {
    const { store, gates } = open();
    gates.ended(enter(gates, { ...HERE, limits }), end, T0 + 70);
    expect(store.kinds.filter((kind) => kind === 'settled')).toHaveLength(told);
  });

  it('the end of a call that took more than a count, also where the copy has not heard of it', () => {
    const { store, gates } = open();
    store.enter = () => ({ kind: 'entered', taken: true });
    gates.ended(enter(gates, { ...HERE, limits: { rpm: 9 } }), { kind: 'succeeded' }, T0 + 70);
    expect(store.kinds).toContain('settled');
  });

  it('where a call was counted, if not when it was let in', () => {
    const { store, gates } = open();
    store.enter = () => ({ kind: 'entered', taken: true, onlyCounted: true, countedAtMs: T0 + 200 });
    const pass = enter(gates, { ...HERE, limits: { rpm: 9 } });
    gates.ended(pass, { kind: 'gone', reached: false }, T0 + 70);
    expect(store.events).toMatchObject([{ kind: 'settled', countedAtMs: T0 + 200, requests: 1 }]);
  });

  it('which leases are still held', () => {
    const { store, gates } = open();
    const limits = { rpm: 9, concurrency: 9 };
    const passes = ['g', 'g', 'h'].map((quotaGroup) => enter(gates, { ...HERE, quotaGroup, limits }));
    const leases = passes.map(({ taken }) => taken?.lease);
    if (passes[0]) gates.ended(passes[0], { kind: 'gone', reached: true }, T0);
    gates.renew(T0 + 5 * SECOND);
    expect(store.events.slice(1)).toMatchObject([
      { kind: 'held', leases: [leases[1]] },
      { kind: 'held', leases: [leases[2]] },
    ]);
  });
});

it('successes are told with the leases at the latest, before others have counted failures since', () => {
  const { store, gates } = open();
  gates.ended(enter(gates), { kind: 'succeeded' }, T0);
  gates.ended(enter(gates), { kind: 'succeeded' }, T0 + 1);
  gates.renew(T0 + 5 * SECOND);
  gates.renew(T0 + 10 * SECOND);
  expect(store.kinds).toEqual(['succeeded', 'succeeded']);
});

describe('headers', () => {
  const reading = (remaining: number): QuotaReading => ({
    bucket: 'requests',
    unit: 'requests',
    limit: 100,
    remaining,
    resetAtMs: T0 + 20 * SECOND,
    refill: 'window',
  });

  it('are told once a second, at once when little is left, and never when they say nothing', () => {
    const { store, gates } = open();
    gates.read(HERE, [], T0);
    gates.read(HERE, [{ bucket: 'tokens', unit: 'tokens', refill: 'window' }], T0);
    for (const remaining of [90, 89, 88, 20, 19]) gates.read(HERE, [reading(remaining)], T0);
    gates.read(HERE, [reading(87)], T0 + SECOND);
    expect(store.events.map(({ urgent }) => urgent)).toEqual([false, true, true, false]);
  });

  it('of a call tell when it was let in, and what was taken for it', () => {
    const { store, gates } = open();
    const free = enter(gates);
    gates.read(HERE, [reading(15)], T0);
    const pass = enter(gates);
    gates.read(pass, [reading(12)], T0 + SECOND);
    gates.read(free, [reading(11)], T0 + 2 * SECOND);
    expect(store.events.map((event) => event.kind === 'read' && event.call)).toEqual([
      undefined,
      { ageMs: SECOND, demand: { inputTokens: 100, outputTokens: 50 } },
      { ageMs: 2 * SECOND },
    ]);
  });

  it('bind calls before they are made', () => {
    const { gates } = open();
    gates.read(HERE, [reading(1)], T0);
    enter(gates);
    expect(refusal(gates)).toBe('provider_requests');
    expect(gates.signals(HERE, T0).headroom).toBe(0);
  });
});

describe('what a call is thought to take', () => {
  const demandOf = (gates: TargetGates, store: NotedStore, outputCap?: number) => {
    void gates.enter({ ...HERE, limits: { tpm: 1_000_000 } }, { inputTokens: 100, outputCap }, false, T0);
    return store.entries[store.entries.length - 1]?.demand.outputTokens;
  };

  it('is what answers have had lately, and no more than the client allows', () => {
    const { store, gates } = open();
    expect([demandOf(gates, store), demandOf(gates, store, 50), demandOf(gates, store, 9_000)]).toEqual([
      500, 50, 500,
    ]);
    for (let i = 0; i < 60; i++)
      gates.ended(enter(gates), { kind: 'succeeded', used: { inputTokens: 1, outputTokens: 2_000 } }, T0);
    expect([demandOf(gates, store), demandOf(gates, store, 50)]).toEqual([2_000, 50]);
  });

  it('the day of the provider is asked for only where limits per day are stated', () => {
    const days = { asked: 0 };
    const { gates } = open(days);
    enter(gates, { ...HERE, limits: { rpm: 5, concurrency: 5 } });
    expect(days.asked).toBe(0);
    enter(gates, { ...HERE, limits: { tpd: 5_000 } });
    expect(days.asked).toBeGreaterThan(0);
  });
});

it('models that are named like members of every object are places like any other', () => {
  const { gates } = open();
  for (const model of ['__proto__', 'constructor']) {
    const place = { ...HERE, model };
    gates.ended(enter(gates, place), failing('target_gone'), T0);
    expect(refusal(gates, place)).toBe('cooling_target_gone');
    expect(gates.signals(place, T0)).toMatchObject({ inFlight: 0, penalty: 1 });
  }
  expect(gates.signals(HERE, T0).penalty).toBe(0);
});
