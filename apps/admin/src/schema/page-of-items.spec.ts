import { GatewayError } from '@turnpike/kernel';
import fc from 'fast-check';
import { fitsFilters, pageOfItems } from './page-of-items';

interface Item {
  readonly id: string;
  readonly rank: number | null;
  readonly name: string;
}

const item = (id: string, rank: number | null, name = 'n'): Item => ({ id, rank, name });

function readAll(items: readonly Item[], sort: string, limit: number): string[] {
  const ids: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page = pageOfItems(items, { sort, limit, ...(cursor ? { cursor } : {}) });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return ids;
}

const ITEMS = [item('d', 2), item('b', 1), item('e', null), item('a', 2), item('c', null)];

it.each([
  ['rank', 'badce'],
  ['-rank', 'ecdab'],
  ['name', 'abcde'],
  ['-name', 'edcba'],
])('sort=%s: by the field, then the id; what is not there at the end', (sort, expected) => {
  for (const limit of [1, 2, 4, 5, 6]) expect(readAll(ITEMS, sort, limit).join('')).toBe(expected);
});

it('shows everything exactly once, whatever the pages', () => {
  const ranks = fc.option(fc.integer({ min: 0, max: 4 }));
  fc.assert(
    fc.property(fc.array(ranks), fc.integer({ min: 1, max: 7 }), fc.boolean(), (all, limit, isDown) => {
      const items = all.map((rank, i) => item(`id-${i}`, rank));
      const ids = readAll(items, isDown ? '-rank' : 'rank', limit);
      expect([...ids].sort()).toEqual(items.map(({ id }) => id).sort());
    }),
  );
});

it('goes on behind an item that is gone, and shows none twice', () => {
  const first = pageOfItems(ITEMS, { sort: 'rank', limit: 2 });
  expect(first.items.map(({ id }) => id)).toEqual(['b', 'a']);
  const left = [...ITEMS.filter(({ id }) => id !== 'a'), item('0', 0)];
  const next = pageOfItems(left, { sort: 'rank', limit: 9, cursor: first.nextCursor ?? '' });
  expect(next.items.map(({ id }) => id)).toEqual(['d', 'c', 'e']);
});

it('does not show the last one again that has moved on since', () => {
  const { nextCursor } = pageOfItems(ITEMS, { sort: 'rank', limit: 2 });
  const moved = ITEMS.map((each) => (each.id === 'a' ? item('a', 3) : each));
  const next = pageOfItems(moved, { sort: 'rank', limit: 9, cursor: nextCursor ?? '' });
  expect(next.items.map(({ id }) => id)).toEqual(['d', 'c', 'e']);
});

const forged = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

it.each([
  ['of nothing', 'x'],
  ['of another order', forged({ sort: 'name', value: 'n', id: 'a' })],
  ['without its id', forged({ sort: 'rank', value: 1 })],
  ['of an object', forged({ sort: 'rank', value: {}, id: 'a' })],
  ['that is no object', forged(null)],
])('refuses a cursor %s', (_, cursor) => {
  expect(() => pageOfItems(ITEMS, { sort: 'rank', limit: 2, cursor })).toThrow(GatewayError);
});

it.each([
  [{}, true],
  [{ name: undefined }, true],
  [{ name: 'n' }, true],
  [{ name: 'n', rank: 3 }, false],
  [{ rank: null }, false],
  [{ rank: 2 }, true],
])('filters %j', (filters, fits) => {
  expect(fitsFilters<'name' | 'rank'>(item('a', 2), filters)).toBe(fits);
});
