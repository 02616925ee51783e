import { GatewayError } from '@turnpike/kernel';
import { z } from 'zod';
import { named } from './components';
import { id } from './text';

const DATES = ['createdAt', 'updatedAt'] as const;
const MOST_ITEMS = 500;

/** Query of a list of stored resources: page, order, and the resource's own filters. */
export const listQuery = <Filters extends z.ZodRawShape>(sortable: readonly string[], filters: Filters) =>
  orderedListQuery(['createdAt', 'updatedAt', ...sortable], filters);

/** Query of any list; its order is by the first of the fields unless the caller wants another. */
export function orderedListQuery<Filters extends z.ZodRawShape>(
  fields: readonly [string, ...string[]],
  filters: Filters,
) {
  const orders = fields.flatMap((field) => [field, `-${field}`]);
  return z.strictObject({
    limit: z.coerce
      .number({ error: 'takes a number' })
      .int()
      .min(1)
      .max(MOST_ITEMS, `takes at most ${MOST_ITEMS}`)
      .default(50),
    cursor: z.string().max(1000).optional().describe('`nextCursor` of the page before'),
    sort: z
      .enum(orders as [string, ...string[]])
      .default(fields[0])
      .describe('a field; with - in front: descending'),
    ...filters,
  });
}

/** The answer of every list. */
export const listOf = <S extends z.ZodType>(name: string, item: S) =>
  named(name, z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() }));

export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly sort: string;
}

export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

type Direction = 'asc' | 'desc';
type Row = { readonly id: string; readonly createdAt: Date; readonly updatedAt: Date };

/** What a store hands to its database: rows after the cursor, one more than asked to see whether there is another page. */
export interface Window {
  readonly after: { readonly OR?: Record<string, unknown>[] };
  readonly orderBy: Record<string, Direction>[];
  readonly take: number;
}

const cursorSchema = z.strictObject({ sort: z.string(), value: z.string().max(300), id });

/** Keyset pagination: pages stay whole while rows are added. @throws GatewayError invalid_request for a foreign cursor */
export async function readPage<R extends Row, T>(
  query: PageQuery,
  find: (window: Window) => Promise<R[]>,
  present: (row: R) => T,
): Promise<Page<T>> {
  const direction: Direction = query.sort.startsWith('-') ? 'desc' : 'asc';
  const field = query.sort.replace(/^-/, '');
  const rows = await find({
    after: query.cursor === undefined ? {} : afterCursor(query.cursor, query.sort, field, direction),
    orderBy: [{ [field]: direction }, { id: direction }],
    take: query.limit + 1,
  });
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  const nextCursor = rows.length > items.length && last ? writeCursor(query.sort, field, last) : null;
  return { items: items.map(present), nextCursor };
}

function writeCursor(sort: string, field: string, row: Row): string {
  const value: unknown = row[field as keyof Row];
  const text = value instanceof Date ? value.toISOString() : String(value);
  return Buffer.from(JSON.stringify({ sort, value: text, id: row.id })).toString('base64url');
}

function afterCursor(cursor: string, sort: string, field: string, direction: Direction): Window['after'] {
  const given = readCursor(cursor, sort, cursorSchema);
  const isDate = (DATES as readonly string[]).includes(field);
  if (isDate && !z.iso.datetime().safeParse(given.value).success) throw foreignCursor();
  // NUL cannot be asked of Postgres.
  if (given.value.includes('\0')) throw foreignCursor();
  const value = isDate ? new Date(given.value) : given.value;
  const beyond = direction === 'asc' ? 'gt' : 'lt';
  return { OR: [{ [field]: { [beyond]: value } }, { [field]: value, id: { [beyond]: given.id } }] };
}

/** What a cursor of a list in this order holds. @throws GatewayError invalid_request for a foreign cursor */
export function readCursor<T extends { readonly sort: string }>(
  cursor: string,
  sort: string,
  schema: z.ZodType<T>,
): T {
  let given: unknown;
  try {
    given = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw foreignCursor();
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success || parsed.data.sort !== sort) throw foreignCursor();
  return parsed.data;
}

const foreignCursor = (): GatewayError =>
  new GatewayError('invalid_request', 'The query is not valid. cursor: not a cursor of this list.', {
    param: 'cursor',
  });
