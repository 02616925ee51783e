import { failure, FAILURE_CLASSES } from '../testing/targets';
import { MemoryCooldowns } from './memory-cooldowns';

const at = { credentialId: 'a/k1', quotaGroup: 'g', provider: 'a', model: 'm' };
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const T0 = 1_750_000_000_000;

const started = () => new MemoryCooldowns();

/** Seconds that a failure keeps the candidate out, judged by the port alone. */
const waitOf = (cooldowns: MemoryCooldowns, nowMs: number, where = at): number =>
  ((cooldowns.find(where, nowMs)?.untilMs ?? nowMs) - nowMs) / SECOND;

describe('how long a failure keeps out', () => {
  it.each([
    ['rate_minute', failure('rate_minute'), 5],
    ['rate_minute that says when', failure('rate_minute', { wakeAtMs: T0 + 1_234_567 }), 1234.567],
    ['a stated wait of days', failure('rate_long', { wakeAtMs: T0 + 48 * HOUR }), 172_800],
    ['rate_long that does not', failure('rate_long'), 600],
    ['credit without a date', failure('credit'), 3_600],
    ['credit with one', failure('credit', { wakeAtMs: T0 + 5 * HOUR }), 18_000],
    ['auth', failure('auth'), 600],
    ['target_gone', failure('target_gone'), 3_600],
  ] as const)('%s', (_, what, seconds) => {
    const cooldowns = started();
    cooldowns.reportFailure(at, what, T0);
    expect(waitOf(cooldowns, T0)).toBe(seconds);
    expect(cooldowns.find(at, T0 + seconds * SECOND)).toBeUndefined();
  });

  it.each(['overload', 'server', 'caller', 'context_length', 'content_filter', 'auxiliary'] as const)(
    'one %s benches nothing, even with a stated wait',
    (what) => {
      const cooldowns = started();
      cooldowns.reportFailure(at, failure(what, { wakeAtMs: T0 + HOUR }), T0);
      expect(cooldowns.list(T0)).toEqual([]);
    },
  );
});

describe('whom a failure keeps out', () => {
  const others = {
    sameGroup: { ...at, credentialId: 'a/k2' },
    otherModel: { ...at, model: 'n' },
    otherGroup: { ...at, credentialId: 'a/k3', quotaGroup: 'h' },
    otherProvider: { ...at, credentialId: 'b/k1', quotaGroup: 'i', provider: 'b' },
  };
  it.each([
    ['a rate of the model: its quota group', failure('rate_minute', { scope: 'model' }), ['sameGroup']],
    [
      'a rate of the credential: all its models, and the group',
      failure('rate_minute'),
      ['sameGroup', 'otherModel'],
    ],
    ['credit', failure('credit'), ['sameGroup', 'otherModel']],
    ['a refused key: that key alone', failure('auth'), ['otherModel']],
    ['a key refused for one model', failure('auth', { scope: 'model' }), []],
    ['a blocked address', failure('auth', { scope: 'group' }), ['sameGroup', 'otherModel']],
    ['a model that is gone: for every key', failure('target_gone'), ['sameGroup', 'otherGroup']],
  ] as const)('%s', (_, what, kept) => {
    const cooldowns = started();
    cooldowns.reportFailure(at, what, T0);
    expect(cooldowns.find(at, T0)).toMatchObject({ class: what.class });
    const out = Object.entries(others)
      .filter(([, who]) => cooldowns.find(who, T0))
      .map(([name]) => name);
    expect(out).toEqual(kept);
  });
});

describe('the ladder of unexplained refusals', () => {
  const climb = (more: Parameters<typeof failure>[1] = {}): number[] => {
    const cooldowns = started();
    let now = T0;
    return Array.from({ length: 7 }, () => {
      cooldowns.reportFailure(at, failure('rate_minute', more), now);
      const seconds = waitOf(cooldowns, now);
      now += seconds * SECOND;
      return seconds;
    });
  };

  it('climbs 5 s, 30 s, 2 min, 10 min, 1 h and stays there', () =>
    expect(climb()).toEqual([5, 30, 120, 600, 3_600, 3_600, 3_600]));

  it('stops at 2 min for an answer that nobody can parse', () =>
    expect(climb({ vendor: { message: '<html>' } })).toEqual([5, 30, 120, 120, 120, 120, 120]));

  it('counts a strike only after the previous wait was served, and never shortens', () => {
    const cooldowns = started();
    cooldowns.reportFailure(at, failure('rate_minute', { wakeAtMs: T0 + MINUTE }), T0);
    for (let i = 1; i <= 20; i++) cooldowns.reportFailure(at, failure('rate_minute'), T0 + i);
    expect(cooldowns.find(at, T0)).toMatchObject({
      untilMs: T0 + MINUTE,
      strikes: 1,
      provenance: 'authoritative',
    });
  });

  it('lets a longer stated wait replace a shorter one that is still running', () => {
    const cooldowns = started();
    cooldowns.reportFailure(at, failure('rate_minute'), T0);
    cooldowns.reportFailure(at, failure('rate_minute', { wakeAtMs: T0 + MINUTE }), T0 + 1);
    expect(cooldowns.find(at, T0 + 1)).toMatchObject({ untilMs: T0 + MINUTE, provenance: 'authoritative' });
  });

  it('starts again after a success', () => {
    const cooldowns = started();
    for (const now of [T0, T0 + 5 * SECOND]) cooldowns.reportFailure(at, failure('rate_minute'), now);
    cooldowns.reportSuccess(at, T0 + 36 * SECOND);
    cooldowns.reportFailure(at, failure('rate_minute'), T0 + 40 * SECOND);
    expect(waitOf(cooldowns, T0 + 40 * SECOND)).toBe(5);
  });

  it('forgets strikes older than a day', () => {
    const cooldowns = started();
    for (const now of [T0, T0 + 5 * SECOND]) cooldowns.reportFailure(at, failure('rate_minute'), now);
    cooldowns.reportFailure(at, failure('rate_minute'), T0 + 25 * HOUR);
    expect(waitOf(cooldowns, T0 + 25 * HOUR)).toBe(5);
  });
});

describe('a stated wait', () => {
  const stated = (now: number) => failure('rate_minute', { wakeAtMs: now + 20 * SECOND });

  it('is doubled when the provider refuses again right after it', () => {
    const cooldowns = started();
    cooldowns.reportFailure(at, stated(T0), T0);
    const again = T0 + 20 * SECOND;
    cooldowns.reportFailure(at, stated(again), again);
    expect(waitOf(cooldowns, again)).toBe(40);
  });

  it('is taken as it is when the refusal comes much later', () => {
    const cooldowns = started();
    cooldowns.reportFailure(at, stated(T0), T0);
    const later = T0 + 10 * MINUTE;
    cooldowns.reportFailure(at, stated(later), later);
    expect(waitOf(cooldowns, later)).toBe(20);
  });

  it('outlives a success that began before it, a guess of ours does not', () => {
    const cooldowns = started();
    cooldowns.reportFailure(at, stated(T0), T0);
    cooldowns.reportSuccess(at, T0 + SECOND);
    expect(waitOf(cooldowns, T0 + SECOND)).toBe(19);
    const guessed = started();
    guessed.reportFailure(at, failure('rate_minute'), T0);
    guessed.reportSuccess(at, T0 + SECOND);
    expect(guessed.find(at, T0 + SECOND)).toBeUndefined();
  });
});

describe('the store', () => {
  it('lists what cools, the first to wake first, and answers with the one that ends last', () => {
    const cooldowns = started();
    cooldowns.reportFailure(at, failure('auth'), T0);
    cooldowns.reportFailure(at, failure('rate_minute'), T0);
    expect(cooldowns.list(T0).map((each) => each.class)).toEqual(['rate_minute', 'auth']);
    expect(cooldowns.find(at, T0)?.class).toBe('auth');
    expect(cooldowns.list(T0 + HOUR)).toEqual([]);
  });

  it('stays bounded whatever model names are asked for', () => {
    const cooldowns = started();
    for (let i = 0; i < 12_000; i++)
      cooldowns.reportFailure({ ...at, model: `m${i}` }, failure('target_gone'), T0);
    expect(cooldowns.list(T0)).toHaveLength(10_000);
    expect(cooldowns.find({ ...at, model: 'm11999' }, T0)).toBeDefined();
  });

  it('is never shortened by any failure', () => {
    for (const what of FAILURE_CLASSES) {
      const cooldowns = started();
      cooldowns.reportFailure(at, failure('rate_long', { wakeAtMs: T0 + 9 * HOUR }), T0);
      cooldowns.reportFailure(at, failure(what), T0 + 1);
      expect(cooldowns.find(at, T0 + 1)?.untilMs).toBe(T0 + 9 * HOUR);
    }
  });
});
