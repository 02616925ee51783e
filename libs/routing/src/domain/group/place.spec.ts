import { T0 } from '../../testing/groups';
import { failure } from '../../testing/targets';
import { noteOf, placeKey } from './place';

it.each([
  ['a wait that lies ahead', T0 + 1_500, { waitMs: 1_500, provenance: 'authoritative' }],
  ['fractions are rounded', T0 + 1_500.4, { waitMs: 1_500, provenance: 'authoritative' }],
  ['one that is over was not stated', T0, { provenance: 'heuristic' }],
  ['nor one of the past', T0 - 5_000, { provenance: 'heuristic' }],
  ['none', undefined, { provenance: 'heuristic' }],
] as const)('a note: %s', (_, wakeAtMs, expected) => {
  const made = noteOf(failure('rate_minute', wakeAtMs === undefined ? {} : { wakeAtMs }), T0);
  expect({ waitMs: made.waitMs, provenance: made.provenance }).toEqual({ waitMs: undefined, ...expected });
});

it.each([
  [{ message: 'no', type: 'error' }, true],
  [{ message: 'no', code: '429' }, true],
  [{ message: '<html>' }, false],
])('a note of %j is readable: %s', (vendor, readable) =>
  expect(noteOf(failure('rate_minute', { vendor }), T0).readable).toBe(readable),
);

it('keys of places do not run into each other', () =>
  expect(placeKey({ credentialId: 'a/k', model: 'x\ny' })).not.toBe(
    placeKey({ credentialId: 'a/k\nx', model: 'z' }),
  ));
