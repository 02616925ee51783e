import fc from 'fast-check';
import { stateId } from './state-id';

it('is the same for the same and fits into any path', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (parts) => {
      expect(stateId(...parts)).toMatch(/^[\w-]{22}$/);
      expect(stateId(...parts)).toBe(stateId(...parts));
    }),
  );
});

it('is another one for whatever differs', () => {
  const pairs = [['a', 'b'], ['ab'], ['a', 'b', ''], ['a\nb'], ['b', 'a'], ['a","b']];
  expect(new Set(pairs.map((parts) => stateId(...parts))).size).toBe(pairs.length);
});
