import { z } from 'zod';
import { readCursor, type Page, type PageQuery } from './page';

type Value = string | number | null;

const cursorSchema = z.strictObject({
  sort: z.string(),
  value: z.union([z.string(), z.number(), z.null()]),
  id: z.string(),
});

/** What is not there comes last. */
function compareValues(one: Value, other: Value): number {
  if (one === other) return 0;
  if (one === null || other === null) return one === null ? 1 : -1;
  return one < other ? -1 : 1;
}

/**
 * One page of a list that is whole in memory, by the keyset of its order: items that come and go between two pages move
 * no others, and one whose place has changed is not shown twice in a row. @throws GatewayError invalid_request for a foreign cursor
 */
export function pageOfItems<T extends { readonly id: string }>(
  items: readonly T[],
  query: PageQuery,
): Page<T> {
  const { sort, limit, cursor } = query;
  const sign = sort.startsWith('-') ? -1 : 1;
  const field = sort.replace(/^-/, '') as keyof T;
  const valueOf = (item: T): Value => item[field] as Value;
  const compare = (value: Value, id: string, item: T): number =>
    sign * (compareValues(value, valueOf(item)) || compareValues(id, item.id));
  const after = cursor === undefined ? undefined : readCursor(cursor, sort, cursorSchema);
  const rest = items
    .filter((item) => !after || (item.id !== after.id && compare(after.value, after.id, item) < 0))
    .sort((one, other) => compare(valueOf(one), one.id, other));
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const isMore = last !== undefined && rest.length > page.length;
  return {
    items: page,
    nextCursor: isMore ? writeCursor({ sort, value: valueOf(last), id: last.id }) : null,
  };
}

const writeCursor = (cursor: z.output<typeof cursorSchema>): string =>
  Buffer.from(JSON.stringify(cursor)).toString('base64url');

/** Whether the item has what each filter that was given asks for. */
export const fitsFilters = <F extends string>(
  item: Readonly<Record<F, unknown>>,
  filters: Readonly<Partial<Record<F, unknown>>>,
): boolean => {
  for (const name in filters) if (filters[name] !== undefined && item[name] !== filters[name]) return false;
  return true;
};
