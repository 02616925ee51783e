import type { GroupEvent } from '@turnpike/routing/domain/group/group-event';
import type { Entry } from '@turnpike/routing/domain/group/group-state';
import { placeKey } from '@turnpike/routing/domain/group/place';
import type { Forgetting } from '@turnpike/routing/domain/group-store';
import fc from 'fast-check';

/** What may befall a group, and how long after the step before. */
export type Step = { readonly afterMs: number } & (
  | { readonly kind: 'enter'; readonly entry: Entry }
  | { readonly kind: 'report'; readonly events: readonly GroupEvent[]; readonly tidies: boolean }
  | { readonly kind: 'forget'; readonly what: Forgetting }
);

const place = fc.record({
  credentialId: fc.constantFrom('one', 'zwei {2}'),
  model: fc.constantFrom('m', 'mö/\ndel "2"'),
});
const lease = fc.constantFrom('l1', 'l2', 'l3', 'l4', 'l5');
const ageMs = fc.constantFrom(0, 700, 4_000, 90_000);
const limit = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined });
const tokenLimit = fc.option(fc.integer({ min: 1, max: 3_000 }), { nil: undefined });
const tokens = fc.integer({ min: 0, max: 1_000 });

const FAILURE_CLASSES = [
  ...(['rate_minute', 'rate_long', 'credit', 'auth', 'target_gone', 'overload', 'server', 'caller'] as const),
  // Once more what matters most.
  ...(['rate_minute', 'server'] as const),
];

const note = fc
  .record({
    class: fc.constantFrom(...FAILURE_CLASSES),
    scope: fc.constantFrom('model' as const, 'credential' as const, 'group' as const, 'none' as const),
    wait: fc.option(fc.integer({ min: 1, max: 400_000 }), { nil: undefined }),
    readable: fc.boolean(),
  })
  .map(({ wait, ...rest }) => ({
    ...rest,
    provenance: wait === undefined ? ('heuristic' as const) : ('authoritative' as const),
    ...(wait === undefined ? {} : { waitMs: wait }),
  }));

const entry: fc.Arbitrary<Entry> = fc.record(
  {
    place,
    lease,
    demand: fc.record({ inputTokens: tokens, outputTokens: tokens }),
    limits: fc.record({ rpm: limit, tpm: tokenLimit, rpd: limit, tpd: tokenLimit, concurrency: limit }),
    day: fc.record({ id: fc.constantFrom('mon', 'tue'), leftMs: fc.integer({ min: 1, max: 90_000 }) }),
    force: fc.boolean(),
  },
  { requiredKeys: ['place', 'lease', 'demand', 'force'] },
);

const bucket = fc
  .record({
    bucket: fc.constantFrom('requests', 'tokens', 'input_tokens', 'output_tokens'),
    unit: fc.constantFrom('requests' as const, 'tokens' as const, 'share' as const),
    limit: fc.integer({ min: 1, max: 2_000 }),
    left: fc.integer({ min: 0, max: 8 }),
    waitMs: fc.constantFrom(0, 900, 30_000, 70_000),
    periodMs: fc.constantFrom(1_000, 60_000, 86_400_000),
    refill: fc.constantFrom('continuous' as const, 'window' as const),
  })
  .map(({ left, ...rest }) => ({ ...rest, remaining: (rest.limit * left) / 8 }));

const event: fc.Arbitrary<GroupEvent> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('failed' as const),
      place,
      note,
      lease,
      draw: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    },
    { requiredKeys: ['kind', 'place', 'note', 'draw'] },
  ),
  fc.record(
    { kind: fc.constant('proved' as const), place, lease, ageMs },
    { requiredKeys: ['kind', 'place', 'ageMs'] },
  ),
  fc.record({ kind: fc.constant('succeeded' as const), place, calls: fc.integer({ min: 1, max: 30 }) }),
  fc.record(
    {
      kind: fc.constant('settled' as const),
      lease,
      ageMs,
      tokens: fc.integer({ min: -1_000, max: 1_000 }),
      requests: fc.constantFrom(0, 1),
      day: fc.constantFrom('mon', 'tue'),
    },
    { requiredKeys: ['kind', 'lease', 'ageMs', 'tokens', 'requests'] },
  ),
  fc.record({
    kind: fc.constant('read' as const),
    model: place.map(({ model }) => model),
    buckets: fc.array(bucket, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant('held' as const), leases: fc.array(lease, { minLength: 1, maxLength: 3 }) }),
);

const forgetting: fc.Arbitrary<Forgetting> = fc.oneof(
  place.map((at) => ({ kind: 'breaker' as const, place: placeKey(at) })),
  place.chain(({ model, credentialId }) =>
    fc.record({
      kind: fc.constant('cooldown' as const),
      subject: fc.constantFrom('group', `model\n${model}`, `credential\n${credentialId}`),
      class: fc.constantFrom('rate_minute', 'rate_long', 'auth'),
    }),
  ),
);

/** Steps of the lengths at which something ends, or falls just short of it. */
const afterMs = fc.constantFrom(
  0,
  1,
  249,
  250,
  1_000,
  5_000,
  10_000,
  30_000,
  61_000,
  120_000,
  600_000,
  90_000_000,
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('enter' as const), afterMs, entry }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('report' as const),
      afterMs,
      events: fc.array(event, { minLength: 1, maxLength: 4 }),
      tidies: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const), afterMs, what: forgetting }) },
);

/** Histories of one group. */
export const randomSteps: fc.Arbitrary<Step[]> = fc.array(step, { minLength: 1, maxLength: 30 });
