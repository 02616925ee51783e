import type { QuotaLimits } from '@turnpike/protocol';
import { ADVANCE_MS } from '../../domain/group/advance';
import type { Entry } from '../../domain/group/group-state';
import { CountedAhead } from './counted-ahead';

const NOW_MS = 1_790_000_000_000;
const LIMITS: QuotaLimits = { rpm: 100, tpm: 10_000 };

const entry = (tokens = 10, more: Partial<Entry> = {}): Entry => ({
  place: { credentialId: 'c', model: 'm' },
  lease: 'l',
  demand: { inputTokens: tokens, outputTokens: 0 },
  limits: LIMITS,
  force: false,
  ...more,
});

function counted(calls: number): CountedAhead {
  const ahead = new CountedAhead();
  ahead.answered(entry(), calls, NOW_MS);
  return ahead;
}

/** So many calls, evenly spread over as many advances. */
function press(ahead: CountedAhead, calls: number, slots: number): number[] {
  return Array.from({ length: calls * slots }, (_, i) => ahead.wanted(NOW_MS + (i * ADVANCE_MS) / calls));
}

describe('how many are counted beforehand', () => {
  it.each([
    [7, 0],
    [8, 8],
    [40, 40],
    [500, 64],
  ])('%i calls in a quarter of a second: %i', (calls, wanted) => {
    expect(press(new CountedAhead(), calls, 3).at(-1)).toBe(wanted);
  });

  it('none for the first calls, none after a pause, none while Redis is asked', () => {
    const ahead = new CountedAhead();
    const wanted = press(ahead, 40, 2);
    expect(wanted.slice(0, 40)).toEqual(Array(40).fill(0));
    ahead.ask();
    expect(ahead.wanted(NOW_MS + 2 * ADVANCE_MS - 1)).toBe(0);
    ahead.unanswered();
    expect(ahead.wanted(NOW_MS + 2 * ADVANCE_MS - 1)).toBe(40);
    expect(ahead.wanted(NOW_MS + 9 * ADVANCE_MS)).toBe(0);
  });
});

describe('what was counted', () => {
  it('lets in as many as were counted, as long as it lasts, and says when they were counted', () => {
    const ahead = counted(2);
    expect(ahead.take(entry(), NOW_MS)).toBe(NOW_MS + ADVANCE_MS);
    expect(ahead.take(entry(), NOW_MS + ADVANCE_MS - 1)).toBe(NOW_MS + ADVANCE_MS);
    expect(ahead.take(entry(), NOW_MS + ADVANCE_MS - 1)).toBeUndefined();
    expect(counted(2).take(entry(), NOW_MS + ADVANCE_MS)).toBeUndefined();
  });

  it('lasts no longer when the clock is set back', () => {
    const ahead = counted(2);
    const spy = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + ADVANCE_MS + 1);
    expect(ahead.take(entry(), NOW_MS - 5_000)).toBeUndefined();
    spy.mockRestore();
  });

  it.each([
    ['larger than all that is left', entry(31)],
    ['under other limits', entry(10, { limits: { ...LIMITS } })],
    ['of another day', entry(10, { day: { id: 'tue', leftMs: 1 } })],
  ])('lets nothing in that is %s', (_, other) => {
    expect(counted(3).take(other, NOW_MS)).toBeUndefined();
  });

  it('is given back when its time is over, where it was counted, with the tokens of smaller calls', () => {
    const ahead = counted(3);
    ahead.take(entry(4), NOW_MS);
    expect(ahead.leftover(NOW_MS + ADVANCE_MS - 1)).toBeUndefined();
    const event = ahead.leftover(NOW_MS + ADVANCE_MS + 30);
    const countedAtMs = NOW_MS + ADVANCE_MS;
    expect(event).toMatchObject({ kind: 'settled', countedAtMs, requests: 2, tokens: -26 });
    expect(ahead.leftover(NOW_MS + ADVANCE_MS + 30)).toBeUndefined();
    expect(ahead.take(entry(), NOW_MS)).toBeUndefined();
  });

  it('is given back when more is counted, and on demand', () => {
    const ahead = counted(3);
    const [first, second] = [NOW_MS + ADVANCE_MS, NOW_MS + 50 + ADVANCE_MS];
    expect(ahead.answered(entry(), 5, NOW_MS + 50)).toMatchObject({ countedAtMs: first, requests: 3 });
    expect(ahead.giveBack()).toMatchObject({ countedAtMs: second, requests: 5 });
    expect(ahead.giveBack()).toBeUndefined();
  });

  it('is given back to no minute where the day alone is limited', () => {
    const ahead = new CountedAhead();
    ahead.answered(entry(1, { limits: { rpd: 900 }, day: { id: 'mon', leftMs: 1 } }), 2, NOW_MS);
    expect(ahead.giveBack()).toMatchObject({ countedAtMs: 0, day: 'mon', requests: 2 });
  });

  it('is still there when Redis was late once', () => {
    const ahead = counted(3);
    ahead.ask();
    ahead.unanswered();
    expect(ahead.take(entry(), NOW_MS)).toBeDefined();
  });
});
