import { note } from '../testing/groups';
import { cooldownLength } from './cooldown-rules';
import type { FailureNote } from './group/place';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

it.each<[string, FailureNote, number, number]>([
  ['rate_minute', note('rate_minute'), 1, 5],
  ['rate_minute that says when', note('rate_minute', { waitMs: 1_234_567 }), 1, 1_234.567],
  [
    'the same at its fifth strike: what is stated is not climbed',
    note('rate_minute', { waitMs: 2_000 }),
    5,
    2,
  ],
  ['a stated wait of days', note('rate_long', { waitMs: 48 * HOUR }), 1, 172_800],
  ['rate_long that does not', note('rate_long'), 1, 600],
  ['rate_long at its fifth strike', note('rate_long'), 5, 3_600],
  ['credit without a date', note('credit'), 1, 3_600],
  ['credit with one', note('credit', { waitMs: 5 * HOUR }), 1, 18_000],
  ['auth', note('auth'), 1, 600],
  ['target_gone', note('target_gone'), 1, 3_600],
])('%s', (_, what, strikes, seconds) => expect(cooldownLength(what, strikes, false)).toBe(seconds * SECOND));

it('climbs 5 s, 30 s, 2 min, 10 min, 1 h and stays there; 2 min where nobody could read why', () => {
  const climb = (what: FailureNote) =>
    [1, 2, 3, 4, 5, 6, 8].map((strikes) => cooldownLength(what, strikes, false) / SECOND);
  expect(climb(note('rate_minute'))).toEqual([5, 30, 120, 600, 3_600, 3_600, 3_600]);
  expect(climb(note('rate_minute', { readable: false }))).toEqual([5, 30, 120, 120, 120, 120, 120]);
});

it.each<[string, FailureNote, number]>([
  ['a stated minute', note('rate_minute', { waitMs: 20 * SECOND }), 40],
  ['the end of a long window: it is where it is', note('rate_long', { waitMs: HOUR }), 3_600],
  ['a date', note('credit', { waitMs: HOUR }), 3_600],
  ['a guess: the ladder does it', note('rate_minute'), 5],
])('refused again right after it, %s', (_, what, seconds) =>
  expect(cooldownLength(what, 1, true)).toBe(seconds * SECOND),
);

it.each(['overload', 'server', 'caller', 'context_length', 'content_filter', 'auxiliary'] as const)(
  '%s has no length of its own',
  (what) => expect(cooldownLength(note(what), 1, false)).toBe(0),
);
