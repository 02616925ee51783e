import type { GroupEvent } from '@turnpike/routing/domain/group/group-event';
import type { Entry } from '@turnpike/routing/domain/group/group-state';
import { placeKey, type FailureNote, type GroupPlace } from '@turnpike/routing/domain/group/place';
import type { Forgetting } from '@turnpike/routing/domain/group-store';
import fc, { type Arbitrary } from 'fast-check';

/** What may befall a group, and how long after the step before. */
export type Step = { readonly afterMs: number } & (
  | { readonly kind: 'enter'; readonly entry: Entry }
  | { readonly kind: 'report'; readonly events: readonly GroupEvent[]; readonly tidies: boolean }
  | { readonly kind: 'forget'; readonly what: Forgetting }
);

/** What a history is about. */
interface Theme {
  readonly places: readonly GroupPlace[];
  readonly classes: readonly FailureNote['class'][];
  readonly leases: readonly string[];
  /** Lengths at which something ends, or falls just short of it. */
  readonly pauses: readonly number[];
}

const PLACE: GroupPlace = { credentialId: 'one', model: 'm' };
const ANYTHING: Theme = {
  places: ['one', 'zwei {2}'].flatMap((credentialId) =>
    ['m', 'mö/\ndel "2"'].map((model) => ({ credentialId, model })),
  ),
  classes: ['rate_minute', 'rate_long', 'credit', 'auth', 'target_gone', 'overload', 'server', 'caller'],
  leases: ['l1', 'l2', 'l3', 'l4', 'l5'],
  pauses: [0, 1, 249, 250, 1_000, 5_000, 10_000, 30_000, 61_000, 120_000, 600_000, 3_600_000, 90_000_000],
};
const BREAKER: Theme = {
  places: [PLACE],
  classes: ['server', 'overload'],
  leases: ['l1', 'l2', 'l3', 'l4'],
  pauses: [0, 0, 0, 250, 5_000, 12_000, 30_000, 360_000],
};
const BENCH: Theme = {
  places: [PLACE],
  classes: ['rate_minute', 'rate_minute', 'rate_long'],
  leases: ['l1', 'l2'],
  pauses: [0, 250, 2_000, 5_000, 30_000, 120_000, 600_000, 3_600_000, 3_600_000, 3_600_000],
};

const of = <T>(values: readonly T[]): Arbitrary<T> => fc.constantFrom(...values);
const ageMs = of([0, 700, 4_000, 90_000]);
const tokens = fc.integer({ min: 0, max: 1_000 });
const demand = fc.record({ inputTokens: tokens, outputTokens: tokens });
const limit = fc.option(fc.oneof(fc.integer({ min: 1, max: 4 }), of([100, 999])), { nil: undefined });
const tokenLimit = fc.option(fc.oneof(fc.integer({ min: 1, max: 3_000 }), of([70_000])), { nil: undefined });
const draw = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

const noteOf = ({ classes }: Theme): Arbitrary<FailureNote> =>
  fc
    .record({
      class: of(classes),
      scope: of(['model', 'credential', 'group', 'none'] as const),
      wait: fc.option(fc.oneof(of([1_000, 4_000]), fc.integer({ min: 1, max: 400_000 })), {
        nil: undefined,
        freq: 1,
      }),
      readable: fc.boolean(),
    })
    .map(({ wait, ...rest }) => ({
      ...rest,
      provenance: wait === undefined ? ('heuristic' as const) : ('authoritative' as const),
      ...(wait === undefined ? {} : { waitMs: wait }),
    }));

const entryOf = ({ places, leases }: Theme): Arbitrary<Entry> =>
  fc.record(
    {
      place: of(places),
      lease: of(leases),
      demand,
      limits: fc.record({ rpm: limit, tpm: tokenLimit, rpd: limit, tpd: tokenLimit, concurrency: limit }),
      day: fc.record({ id: of(['mon', 'tue']), leftMs: fc.integer({ min: 1, max: 90_000 }) }),
      force: fc.boolean(),
      ahead: of([0, 5, 64]),
    },
    { requiredKeys: ['place', 'lease', 'demand', 'force'] },
  );

const bucket = fc
  .record({
    bucket: of(['requests', 'tokens', 'input_tokens', 'output_tokens']),
    unit: of(['requests', 'tokens', 'share'] as const),
    // 76: a quarter of it is one less than counts as plenty.
    limit: fc.oneof(fc.constant(76), fc.integer({ min: 1, max: 2_000 })),
    left: fc.integer({ min: 0, max: 8 }),
    waitMs: of([0, 900, 30_000, 70_000]),
    periodMs: of([1_000, 60_000, 86_400_000]),
    refill: of(['continuous', 'window'] as const),
  })
  .map(({ left, ...rest }) => ({ ...rest, remaining: (rest.limit * left) / 8 }));

const failed = (theme: Theme): Arbitrary<GroupEvent> =>
  fc.record(
    {
      kind: fc.constant('failed' as const),
      place: of(theme.places),
      note: noteOf(theme),
      lease: of(theme.leases),
      draw,
    },
    { requiredKeys: ['kind', 'place', 'note', 'draw'] },
  );

const proved = ({ places, leases }: Theme): Arbitrary<GroupEvent> =>
  fc.record(
    { kind: fc.constant('proved' as const), place: of(places), lease: of(leases), ageMs },
    { requiredKeys: ['kind', 'place', 'ageMs'] },
  );

const settled = ({ leases }: Theme): Arbitrary<GroupEvent> =>
  fc.record(
    {
      kind: fc.constant('settled' as const),
      lease: of(leases),
      ageMs,
      tokens: fc.integer({ min: -1_000, max: 1_000 }),
      requests: of([0, 1]),
      day: of(['mon', 'tue']),
      spare: fc.record({
        model: of(['m', 'n']),
        inputTokens: fc.integer({ min: -500, max: 500 }),
        outputTokens: fc.integer({ min: -500, max: 500 }),
      }),
    },
    { requiredKeys: ['kind', 'lease', 'ageMs', 'tokens', 'requests'] },
  );

const eventOf = (theme: Theme): Arbitrary<GroupEvent> =>
  fc.oneof(
    { weight: 4, arbitrary: failed(theme) },
    { weight: 2, arbitrary: proved(theme) },
    settled(theme),
    fc.record({
      kind: fc.constant('succeeded' as const),
      place: of(theme.places),
      calls: fc.integer({ min: 1, max: 30 }),
    }),
    fc.record(
      {
        kind: fc.constant('read' as const),
        model: of(theme.places).map(({ model }) => model),
        buckets: fc.array(bucket, { minLength: 1, maxLength: 3 }),
        call: fc.record({ ageMs, demand }, { requiredKeys: ['ageMs'] }),
      },
      { requiredKeys: ['kind', 'model', 'buckets'] },
    ),
    fc.record({
      kind: fc.constant('held' as const),
      leases: fc.array(of(theme.leases), { minLength: 1, maxLength: 3 }),
    }),
  );

const forgettingOf = ({ places }: Theme): Arbitrary<Forgetting> =>
  of(places).chain((place) =>
    fc.oneof(
      fc.constant({ kind: 'breaker' as const, place: placeKey(place) }),
      fc.record({
        kind: fc.constant('cooldown' as const),
        subject: of(['group', `model\n${place.model}`, `credential\n${place.credentialId}`]),
        class: of(['rate_minute', 'rate_long', 'auth']),
      }),
    ),
  );

const stepOf = (theme: Theme): Arbitrary<Step> => {
  const afterMs = of(theme.pauses);
  return fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant('enter' as const), afterMs, entry: entryOf(theme) }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('report' as const),
        afterMs,
        events: fc.array(eventOf(theme), { minLength: 1, maxLength: 4 }),
        tidies: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('forget' as const), afterMs, what: forgettingOf(theme) }),
    },
  );
};

const enter = (afterMs: number, lease: string): Step => ({
  kind: 'enter',
  afterMs,
  entry: { place: PLACE, lease, demand: { inputTokens: 1, outputTokens: 1 }, force: false },
});
const report = (...events: GroupEvent[]): Step => ({ kind: 'report', afterMs: 0, events, tidies: false });

/** A wait is served, and its probe has a verdict. */
const serving: Arbitrary<Step[]> = fc
  .record({
    afterMs: of(BENCH.pauses),
    verdict: fc.oneof({ weight: 5, arbitrary: failed(BENCH) }, proved(BENCH)),
  })
  .map(({ afterMs, verdict }) => [enter(afterMs, 'l1'), report({ ...verdict, lease: 'l1' } as GroupEvent)]);

/** A breaker trips, one way or the other, and is probed. */
const tripping: Arbitrary<Step[]> = fc
  .record({
    failures: fc.integer({ min: 3, max: 12 }),
    between: fc.integer({ min: 0, max: 2 }),
    afterMs: of(BREAKER.pauses),
    verdicts: fc.array(fc.oneof(failed(BREAKER), proved(BREAKER)), {
      minLength: 4,
      maxLength: 4,
    }),
  })
  .map(({ failures, between, afterMs, verdicts }) => [
    ...Array.from({ length: failures }, () => {
      const note = { class: 'server', scope: 'none', provenance: 'heuristic', readable: true } as const;
      const failure = { kind: 'failed', place: PLACE, note, draw: 0.3 } as const;
      return between > 0
        ? report({ kind: 'succeeded', place: PLACE, calls: between }, failure)
        : report(failure);
    }),
    ...BREAKER.leases.map((lease, i) => enter(i === 0 ? afterMs : 0, lease)),
    ...verdicts.map((verdict, i) => report({ ...verdict, lease: BREAKER.leases[i] } as GroupEvent)),
    ...Array.from({ length: 4 }, () => enter(250, 'l1')),
  ]);

const single = (theme: Theme): Arbitrary<Step[]> => stepOf(theme).map((step) => [step]);

/** Histories of one group. */
export const randomSteps: Arbitrary<Step[]> = fc.oneof(
  fc.array(stepOf(ANYTHING), { minLength: 1, maxLength: 30 }),
  fc
    .array(fc.oneof({ weight: 4, arbitrary: serving }, single(BENCH)), { minLength: 4, maxLength: 16 })
    .map((parts) => parts.flat()),
  fc
    .array(fc.oneof({ weight: 2, arbitrary: tripping }, single(BREAKER)), { minLength: 1, maxLength: 8 })
    .map((parts) => parts.flat()),
);
