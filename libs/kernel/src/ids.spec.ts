import fc from 'fast-check';
import { randomAlphanumeric, uuidv7 } from './ids';

const V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** Beyond any clock of this run: the ids of one process never go back. */
const FUTURE_MS = 0x19a2b3c4d5e6;

describe('uuidv7', () => {
  it('begins with its milliseconds and names version and variant', () => {
    const id = uuidv7(FUTURE_MS);
    expect(id).toMatch(V7);
    expect(id.slice(0, 13)).toBe('19a2b3c4-d5e6');
  });

  it('keeps order within a millisecond, over its counter and with a clock that goes back', () => {
    const ids = Array.from({ length: 10_000 }, (_, i) => uuidv7(FUTURE_MS - (i % 3)));
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !V7.test(id))).toEqual([]);
  });

  it('draws its tail anew for every id', () => {
    const tails = Array.from({ length: 2000 }, () => uuidv7().slice(-17));
    expect(new Set(tails).size).toBe(tails.length);
  });
});

describe('randomAlphanumeric', () => {
  it('has the asked length and letters', () => {
    fc.assert(
      fc.property(fc.nat({ max: 200 }), (length) => {
        const text = randomAlphanumeric(length);
        expect(text).toHaveLength(length);
        expect(text).toMatch(/^[0-9A-Za-z]*$/);
      }),
    );
  });

  it('uses every letter', () => {
    expect(new Set(randomAlphanumeric(20_000)).size).toBe(62);
  });
});
