import { randomUUID } from 'node:crypto';
import type { GroupEvent } from '../domain/group/group-event';
import type { Entry } from '../domain/group/group-state';
import { placeKey, type FailureNote, type GroupPlace } from '../domain/group/place';
import { LEASE_MS, RECHECK_MS } from '../domain/group/probes';
import type { BucketNote } from '../domain/group/quota-bucket';
import type { EntryAnswer, GroupStore, GroupView } from '../domain/group-store';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Two replicas that share what one store keeps; time stands still unless it is let pass. */
export interface StoreStage {
  readonly one: GroupStore;
  readonly other: GroupStore;
  readonly nowMs: () => number;
  readonly pass: (ms: number) => void;
  /** Resolves once both know what either has heard. */
  readonly sync: () => Promise<void>;
}

const PLACE: GroupPlace = { credentialId: 'key', model: 'model' };
const NO_DEMAND = { inputTokens: 0, outputTokens: 0 };

const entryOf = (more: Partial<Entry> = {}): Entry => ({
  place: PLACE,
  lease: randomUUID(),
  demand: NO_DEMAND,
  force: false,
  ...more,
});

const rateLimited = (waitMs?: number): FailureNote => ({
  class: 'rate_minute',
  scope: 'group',
  provenance: waitMs === undefined ? 'heuristic' : 'authoritative',
  readable: true,
  ...(waitMs === undefined ? {} : { waitMs }),
});
const broken: FailureNote = { class: 'server', scope: 'none', provenance: 'heuristic', readable: true };

/** One group of a stage, with short words for what happens to it. */
class Group {
  readonly name = `group {${randomUUID()}} of ü`;

  constructor(private readonly stage: StoreStage) {}

  enter(more: Partial<Entry> = {}, by: GroupStore = this.stage.one): Promise<EntryAnswer> {
    return Promise.resolve(by.enter(this.name, entryOf(more), this.stage.nowMs()));
  }

  /** Enters under a lease of its own, which is returned; throws when it is refused. */
  async take(more: Partial<Entry> = {}, by?: GroupStore): Promise<string> {
    const lease = randomUUID();
    const answer = await this.enter({ ...more, lease }, by);
    if (answer.kind === 'closed') throw new Error(`refused: ${answer.reason}`);
    return lease;
  }

  async hear(event: GroupEvent, by: GroupStore = this.stage.one): Promise<void> {
    by.report(this.name, event, true, this.stage.nowMs());
    await this.stage.sync();
  }

  fail(note: FailureNote, more: { lease?: string; place?: GroupPlace } = {}, by?: GroupStore): Promise<void> {
    return this.hear({ kind: 'failed', place: PLACE, draw: 0.5, note, ...more }, by);
  }

  prove(lease?: string, ageMs = 0, by?: GroupStore): Promise<void> {
    return this.hear({ kind: 'proved', place: PLACE, ageMs, ...(lease ? { lease } : {}) }, by);
  }

  settle(lease: string, more: { tokens?: number; requests?: number; day?: string } = {}): Promise<void> {
    return this.hear({ kind: 'settled', lease, ageMs: 0, tokens: 0, requests: 0, ...more });
  }

  read(...buckets: BucketNote[]): Promise<void> {
    return this.hear({ kind: 'read', model: PLACE.model, buckets });
  }

  /** How many of so many calls are let in now. */
  async admitted(calls: number, more: Partial<Entry> = {}): Promise<number> {
    let admitted = 0;
    for (let i = 0; i < calls; i++) if ((await this.enter(more)).kind === 'entered') admitted++;
    return admitted;
  }

  /** Milliseconds until a call may come back; 0: it is let in. What it took is given back at once. */
  async waitMs(more: Partial<Entry> = {}, by?: GroupStore): Promise<number> {
    const lease = randomUUID();
    const answer = await this.enter({ ...more, lease }, by);
    if (answer.kind === 'closed') return answer.untilMs - this.stage.nowMs();
    await this.settle(lease);
    return 0;
  }

  async view(by: GroupStore = this.stage.one): Promise<GroupView | undefined> {
    await this.stage.sync();
    await by.ready([this.name], this.stage.nowMs());
    return by.look(this.name, this.stage.nowMs());
  }
}

const FREELY: EntryAnswer = { kind: 'entered', taken: false };
const TAKEN: EntryAnswer = { kind: 'entered', taken: true };

/** What every store of quota groups does. */
export function describeGroupStore(title: string, open: () => Promise<StoreStage>): void {
  describe(`a group store (${title})`, () => {
    const stageOf = async (): Promise<{ stage: StoreStage; group: Group }> => {
      const stage = await open();
      return { stage, group: new Group(stage) };
    };

    it('knows nothing of a group at first, and lets everybody in for nothing', async () => {
      const { stage, group } = await stageOf();
      expect(await group.view()).toBeUndefined();
      expect(await group.enter()).toEqual(FREELY);
      expect(await stage.one.list(stage.nowMs())).not.toContain(group.name);
    });

    describeCooldowns(stageOf);
    describeBreakers(stageOf);
    describeLimits(stageOf);
    describeBuckets(stageOf);
    describeKeeping(stageOf);
  });
}

type OpenStage = () => Promise<{ stage: StoreStage; group: Group }>;

function describeCooldowns(stageOf: OpenStage): void {
  it('waits longer with every strike, and a strike counts once its wait was served', async () => {
    const { stage, group } = await stageOf();
    const waits: number[] = [];
    let lease: string | undefined;
    for (let strike = 0; strike < 6; strike++) {
      await group.fail(rateLimited(), lease === undefined ? {} : { lease });
      await group.fail(rateLimited());
      waits.push(await group.waitMs());
      stage.pass(waits[strike] ?? 0);
      lease = await group.take();
    }
    expect(waits.map((ms) => ms / SECOND_MS)).toEqual([5, 30, 120, 600, 3_600, 3_600]);
  });

  it('keeps to what the provider said, says who said it, and never shortens it', async () => {
    const { stage, group } = await stageOf();
    await group.fail(rateLimited(40_000));
    const stated = {
      kind: 'closed',
      reason: 'cooling_rate_minute',
      untilMs: stage.nowMs() + 40_000,
      soft: false,
      provenance: 'authoritative',
    };
    expect(await group.enter()).toEqual(stated);
    await group.fail(rateLimited(10_000));
    await group.fail(rateLimited());
    expect(await group.enter({ force: true })).toEqual(stated);
    await group.fail(rateLimited(90_000));
    expect(await group.waitMs()).toBe(90_000);
  });

  it('lets the last target of a route through a wait of our own making, under no lease', async () => {
    const { group } = await stageOf();
    await group.fail(rateLimited());
    expect(await group.enter()).toMatchObject({ kind: 'closed', soft: true, provenance: 'heuristic' });
    expect(await group.enter({ force: true })).toEqual(FREELY);
  });

  it.each<
    [FailureNote['class'], FailureNote['scope'], GroupPlace, readonly [own: number, elsewhere: number]]
  >([
    ['rate_long', 'group', { credentialId: 'another', model: 'another' }, [600_000, 600_000]],
    ['rate_long', 'credential', { credentialId: 'another', model: 'another' }, [600_000, 0]],
    ['rate_minute', 'credential', { credentialId: 'another', model: 'model' }, [5_000, 5_000]],
    ['rate_minute', 'model', { credentialId: 'another', model: 'model' }, [5_000, 5_000]],
    ['rate_minute', 'model', { credentialId: 'key', model: 'another' }, [5_000, 0]],
    ['credit', 'credential', { credentialId: 'another', model: 'model' }, [HOUR_MS, HOUR_MS]],
    ['auth', 'credential', { credentialId: 'key', model: 'another' }, [600_000, 600_000]],
    ['auth', 'credential', { credentialId: 'another', model: 'model' }, [600_000, 0]],
    ['auth', 'model', { credentialId: 'key', model: 'another' }, [600_000, 0]],
    ['auth', 'group', { credentialId: 'another', model: 'another' }, [600_000, 600_000]],
    ['target_gone', 'model', { credentialId: 'another', model: 'model' }, [HOUR_MS, HOUR_MS]],
    ['server', 'none', { credentialId: 'another', model: 'model' }, [0, 0]],
    ['caller', 'none', { credentialId: 'another', model: 'model' }, [0, 0]],
  ])('%s of scope %s keeps out whom it concerns', async (kind, scope, elsewhere, expectedMs) => {
    const { stage, group } = await stageOf();
    await group.fail({ class: kind, scope, provenance: 'heuristic', readable: true });
    const waits = [await group.waitMs(), await group.waitMs({ place: elsewhere }, stage.other)];
    expect(waits).toEqual(expectedMs);
  });

  it('lets one alone through after a wait, whichever replica asks', async () => {
    const { stage, group } = await stageOf();
    await group.fail(rateLimited(1_000));
    stage.pass(1_000);
    const askers = Array.from({ length: 10 }, (_, i) => (i % 2 ? stage.one : stage.other));
    const answers = await Promise.all(askers.map((by) => group.enter({ force: true }, by)));
    expect(answers.filter(({ kind }) => kind === 'entered')).toEqual([TAKEN]);
    expect(answers.find(({ kind }) => kind === 'closed')).toEqual({
      kind: 'closed',
      reason: 'recovering',
      untilMs: stage.nowMs() + RECHECK_MS,
      soft: false,
      provenance: 'heuristic',
    });
  });

  it('gives a probe up when its time is over, unless it is held on to', async () => {
    const { stage, group } = await stageOf();
    await group.fail(rateLimited(1_000));
    stage.pass(1_000);
    const lease = await group.take();
    stage.pass(LEASE_MS - 1);
    await group.hear({ kind: 'held', leases: [lease] });
    stage.pass(LEASE_MS - 1);
    expect(await group.admitted(1)).toBe(0);
    stage.pass(1);
    expect(await group.admitted(2)).toBe(1);
  });

  it('hands the probe on when its call ends without a verdict', async () => {
    const { stage, group } = await stageOf();
    await group.fail(rateLimited(1_000));
    stage.pass(1_000);
    await group.settle(await group.take());
    await group.fail(
      { class: 'caller', scope: 'none', provenance: 'heuristic', readable: true },
      {
        lease: await group.take(),
      },
    );
    expect(await group.admitted(1)).toBe(1);
  });

  it('sends more and more after a probe that succeeded', async () => {
    const { stage, group } = await stageOf();
    await group.fail(rateLimited(1_000));
    stage.pass(1_000);
    await group.prove(await group.take());
    const admitted: number[] = [];
    for (let step = 0; step < 3; step++) {
      admitted.push(await group.admitted(50));
      stage.pass(RECHECK_MS);
    }
    expect(admitted).toEqual([2, 4, 8]);
    stage.pass(2 * SECOND_MS);
    expect(await group.enter()).toEqual(FREELY);
  });

  it('doubles a stated wait that was refused again right after it', async () => {
    const { stage, group } = await stageOf();
    await group.fail(rateLimited(7_000));
    stage.pass(7_000);
    await group.fail(rateLimited(7_000), { lease: await group.take() });
    expect(await group.waitMs()).toBe(14_000);
  });

  it('forgets strikes by a success that began after the wait, not by one that was under way', async () => {
    const { stage, group } = await stageOf();
    stage.pass(MINUTE_MS);
    await group.fail(rateLimited());
    stage.pass(SECOND_MS);
    await group.prove(undefined, 30_000);
    expect(await group.waitMs()).toBe(4_000);
    stage.pass(10_000);
    await group.prove(undefined, 500);
    stage.pass(10_000);
    await group.fail(rateLimited());
    expect(await group.waitMs()).toBe(5_000);
  });
}

function describeBreakers(stageOf: OpenStage): void {
  const tripped = async ({ stage, group }: Awaited<ReturnType<OpenStage>>): Promise<void> => {
    for (let i = 0; i < 5; i++) await group.fail(broken, {}, i % 2 ? stage.one : stage.other);
  };

  it('opens after five failures in a row of all replicas together, for this place alone', async () => {
    const { stage, group } = await stageOf();
    await tripped({ stage, group });
    expect(await group.enter({ force: true }, stage.other)).toEqual({
      kind: 'closed',
      reason: 'breaker_open',
      untilMs: stage.nowMs() + 10_000,
      soft: false,
      provenance: 'heuristic',
    });
    expect(await group.waitMs({ place: { ...PLACE, credentialId: 'another' } })).toBe(0);
  });

  it('opens at half of twenty calls', async () => {
    const { group } = await stageOf();
    for (let i = 0; i < 10; i++) {
      await group.hear({ kind: 'succeeded', place: PLACE, calls: 1 });
      expect(await group.waitMs()).toBe(0);
      await group.fail(broken);
    }
    expect(await group.waitMs()).toBe(10_000);
  });

  it('probes with three calls at once, and comes back step by step when all of them succeed', async () => {
    const { stage, group } = await stageOf();
    await tripped({ stage, group });
    stage.pass(10_000);
    const leases = [await group.take(), await group.take({}, stage.other), await group.take()];
    expect(await group.enter({}, stage.other)).toMatchObject({
      kind: 'closed',
      reason: 'breaker_open',
      untilMs: stage.nowMs() + RECHECK_MS,
    });
    for (const lease of leases) await group.prove(lease);
    expect(await group.admitted(20)).toBe(2);
    stage.pass(2 * SECOND_MS);
    expect(await group.enter()).toEqual(FREELY);
  });

  it('opens again, for longer, when a probe fails; failures of other calls say nothing', async () => {
    const { stage, group } = await stageOf();
    await tripped({ stage, group });
    stage.pass(10_000);
    const lease = await group.take();
    await group.fail(broken);
    expect(await group.admitted(5)).toBe(2);
    await group.fail(broken, { lease });
    expect(await group.waitMs()).toBe(20_000);
  });

  it.each<[FailureNote, number]>([
    [rateLimited(), 3],
    [broken, 1],
  ])('scores failures for the order of targets, and forgets them', async (note, score) => {
    const { stage, group } = await stageOf();
    const scored = async (): Promise<number> =>
      (await group.view(stage.other))?.state.penalties[placeKey(PLACE)]?.score ?? 0;
    for (let i = 0; i < 5; i++) await group.fail(note);
    expect(await scored()).toBe(Math.min(10, 5 * score));
    await group.hear({ kind: 'succeeded', place: PLACE, calls: 2 });
    expect(await scored()).toBe(Math.min(10, 5 * score) - 2);
    await group.hear({ kind: 'succeeded', place: PLACE, calls: 20 });
    expect(await scored()).toBe(0);
  });
}

function describeLimits(stageOf: OpenStage): void {
  it('lets so many requests of a minute in, over all replicas', async () => {
    const { stage, group } = await stageOf();
    const askers = Array.from({ length: 20 }, (_, i) => (i % 2 ? stage.one : stage.other));
    const answers = await Promise.all(askers.map((by) => group.enter({ limits: { rpm: 7 } }, by)));
    expect(answers.filter(({ kind }) => kind === 'entered')).toEqual(Array(7).fill(TAKEN));
    const wait = await group.waitMs({ limits: { rpm: 7 } });
    expect(wait).toBeGreaterThan(59 * SECOND_MS);
    expect(wait).toBeLessThanOrEqual(61 * SECOND_MS);
    stage.pass(wait);
    expect(await group.admitted(10, { limits: { rpm: 7 } })).toBe(7);
  });

  it('counts tokens as estimated, until a call is settled', async () => {
    const { group } = await stageOf();
    const more = { limits: { tpm: 1_000 }, demand: { inputTokens: 400, outputTokens: 200 } };
    const lease = await group.take(more);
    expect(await group.enter(more)).toMatchObject({ kind: 'closed', reason: 'provider_minute' });
    await group.settle(lease, { tokens: -500 });
    expect(await group.admitted(3, more)).toBe(1);
  });

  it('keeps to the day of the provider, and begins the next one at zero', async () => {
    const { stage, group } = await stageOf();
    const limits = { rpd: 2, tpd: 1_000 };
    const more = {
      limits,
      day: { id: 'monday', leftMs: 5_000 },
      demand: { inputTokens: 1, outputTokens: 0 },
    };
    const leases = [await group.take(more), await group.take(more)];
    const refused = { kind: 'closed', reason: 'provider_day', untilMs: stage.nowMs() + 5_000 };
    expect(await group.enter(more)).toMatchObject(refused);
    await group.settle(leases[0] ?? '', { requests: 1, tokens: -1, day: 'monday' });
    await group.take(more);
    expect(await group.enter(more)).toMatchObject(refused);
    await group.take({ ...more, day: { id: 'tuesday', leftMs: 5_000 } });
  });

  it('has so many calls under way at once, until they are settled or given up', async () => {
    const { stage, group } = await stageOf();
    const more = { limits: { concurrency: 2 } };
    const leases = [await group.take(more), await group.take(more, stage.other)];
    expect(await group.enter(more)).toMatchObject({
      reason: 'provider_concurrency',
      untilMs: stage.nowMs() + RECHECK_MS,
    });
    await group.settle(leases[0] ?? '');
    expect(await group.admitted(5, more)).toBe(1);
    stage.pass(LEASE_MS);
    expect(await group.admitted(5, more)).toBe(2);
  });

  it('takes nothing of any limit when one of them refuses', async () => {
    const { stage, group } = await stageOf();
    const limits = { rpm: 5, tpm: 500, rpd: 5, concurrency: 1 };
    const more = {
      limits,
      day: { id: 'monday', leftMs: 5_000 },
      demand: { inputTokens: 100, outputTokens: 0 },
    };
    const lease = await group.take(more);
    await stage.sync();
    const before = (await group.view())?.state;
    expect(await group.admitted(10, more)).toBe(0);
    await stage.one.ready([group.name], stage.nowMs() + 5_000);
    expect((await group.view())?.state).toEqual(before);
    await group.settle(lease, { requests: 1, tokens: -100, day: 'monday' });
    const { minute, day, calls } = (await group.view())?.state ?? {};
    expect([minute?.map((slot) => [slot.requests, slot.tokens]), day, calls]).toEqual([
      [[0, 0]],
      { id: 'monday', requests: 0, tokens: 0 },
      {},
    ]);
  });
}

function describeBuckets(stageOf: OpenStage): void {
  const bucket = (more: Partial<BucketNote>): BucketNote => ({
    bucket: 'requests',
    unit: 'requests',
    limit: 10,
    remaining: 2,
    waitMs: 4_000,
    periodMs: MINUTE_MS,
    refill: 'window',
    ...more,
  });

  it('takes from a window what is left of it, and begins anew when it ends', async () => {
    const { stage, group } = await stageOf();
    await group.read(bucket({}));
    expect(await group.admitted(5)).toBe(2);
    expect(await group.enter({}, stage.other)).toMatchObject({
      reason: 'provider_requests',
      untilMs: stage.nowMs() + 4_000,
    });
    stage.pass(4_000);
    expect(await group.admitted(15)).toBe(10);
  });

  it('lets a bucket fill all the time', async () => {
    const { stage, group } = await stageOf();
    await group.read(bucket({ refill: 'continuous', remaining: 1, limit: 60 }));
    expect(await group.admitted(5)).toBe(1);
    expect(await group.waitMs()).toBe(1_000);
    stage.pass(3_000);
    expect(await group.admitted(5)).toBe(3);
  });

  it('believes a reading that says less, not one that was written before calls under way', async () => {
    const { group } = await stageOf();
    await group.read(bucket({ remaining: 3 }));
    expect(await group.admitted(2)).toBe(2);
    await group.read(bucket({ remaining: 3 }));
    expect(await group.admitted(5)).toBe(1);
    await group.read(bucket({ remaining: 0 }));
    expect(await group.admitted(1)).toBe(0);
  });

  it('asks nobody while plenty is left, and guards buckets of a model for this model alone', async () => {
    const { group } = await stageOf();
    await group.read(bucket({ limit: 1_000, remaining: 900 }));
    expect(await group.enter()).toEqual(FREELY);
    await group.read(bucket({ limit: 1_000, remaining: 0 }));
    expect(await group.waitMs()).toBe(4_000);
    expect(await group.enter({ place: { ...PLACE, model: 'another' } })).toEqual(FREELY);
  });

  it('keeps away from a spent window of a subscription', async () => {
    const { group } = await stageOf();
    const fiveHours = { bucket: 'five_hours', unit: 'share', limit: 1, waitMs: HOUR_MS } as const;
    await group.read(bucket({ ...fiveHours, remaining: 0.25 }));
    expect(await group.enter()).toEqual(FREELY);
    await group.read(bucket({ ...fiveHours, remaining: 0 }));
    expect(await group.waitMs()).toBe(HOUR_MS);
  });
}

function describeKeeping(stageOf: OpenStage): void {
  it('shows every replica what one of them heard', async () => {
    const { stage, group } = await stageOf();
    await group.fail(rateLimited(40_000));
    const views = [await group.view(stage.one), await group.view(stage.other)];
    expect(views[1]?.state).toEqual(views[0]?.state);
    expect(views[0]?.state.benches['group']?.coolings.rate_minute).toEqual({
      provenance: 'authoritative',
      untilMs: stage.nowMs() + 40_000,
      startedMs: stage.nowMs(),
      strikesMs: [stage.nowMs()],
    });
  });

  it('never waits to see what it heard itself', async () => {
    const { stage, group } = await stageOf();
    const event = { kind: 'failed', place: PLACE, note: rateLimited(40_000), draw: 0 } as const;
    stage.one.report(group.name, event, true, stage.nowMs());
    expect(stage.one.look(group.name, stage.nowMs())?.state.benches['group']).toBeDefined();
    await stage.sync();
  });

  it('lists what is in force, and forgets it when it is told to', async () => {
    const { stage, group } = await stageOf();
    await group.fail(rateLimited(40_000));
    for (let i = 0; i < 5; i++) await group.fail(broken);
    const { state } = (await stage.other.list(stage.nowMs())).get(group.name) ?? {};
    expect([Object.keys(state?.benches ?? {}), Object.keys(state?.breakers ?? {})]).toEqual([
      ['group'],
      [placeKey(PLACE)],
    ]);
    const cooldown = { kind: 'cooldown', subject: 'group', class: 'rate_minute' } as const;
    const breaker = { kind: 'breaker', place: placeKey(PLACE) } as const;
    const answers: boolean[] = [];
    for (const what of [cooldown, cooldown, { ...cooldown, class: 'auth' }, breaker, breaker])
      answers.push(await stage.other.forget(group.name, what, stage.nowMs()));
    expect(answers).toEqual([true, false, false, true, false]);
    await stage.sync();
    expect(await group.enter()).toEqual(FREELY);
  });

  it('remembers no more models than it has room for, and goes on hearing of those', async () => {
    const { stage, group } = await stageOf();
    const gone = (i: number): GroupEvent => ({
      kind: 'failed',
      place: { credentialId: 'key', model: `model ${i}` },
      note: { class: 'target_gone', scope: 'model', provenance: 'heuristic', readable: true },
      draw: 0,
    });
    for (let i = 0; i < 1_050; i++) stage.one.report(group.name, gone(i), false, stage.nowMs());
    await stage.sync();
    await group.fail({ ...rateLimited(), class: 'auth', scope: 'credential' });
    const { benches = {}, penalties = {} } = (await group.view(stage.other))?.state ?? {};
    expect(Object.keys(benches).length).toBeLessThanOrEqual(1_001);
    expect(Object.keys(penalties).length).toBeLessThanOrEqual(1_000);
    expect(benches['credential\nkey']).toBeDefined();
    await group.hear(gone(0));
    expect(
      (await group.view(stage.other))?.state.penalties[placeKey({ ...PLACE, model: 'model 0' })]?.score,
    ).toBe(2);
  });
}
