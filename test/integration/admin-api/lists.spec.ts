import { openAdmin, type Admin } from './admin-harness';

const NAMES = Array.from({ length: 23 }, (_, n) => `team-${String((n * 7) % 23).padStart(2, '0')}`);

let admin: Admin;
beforeAll(async () => {
  admin = await openAdmin();
  for (const slug of NAMES) await admin.call('POST', 'teams', { body: { slug } });
});
afterAll(() => admin.close());

/** Every page of a list, by following cursors. */
async function readAll(query: string): Promise<{ slugs: string[]; pages: number }> {
  const slugs: string[] = [];
  let pages = 0;
  for (let cursor: string | null = ''; cursor !== null; pages++) {
    const { status, json } = await admin.call('GET', `teams?${query}${cursor ? `&cursor=${cursor}` : ''}`);
    expect(status).toBe(200);
    slugs.push(...(json.items as { slug: string }[]).map(({ slug }) => slug));
    cursor = json.nextCursor as string | null;
  }
  return { slugs, pages };
}

const sorted = [...NAMES].sort();

it.each([
  ['limit=5', NAMES, 5],
  ['limit=23', NAMES, 1],
  ['limit=22', NAMES, 2],
  ['', NAMES, 1],
  ['limit=4&sort=slug', sorted, 6],
  ['limit=4&sort=-slug', [...sorted].reverse(), 6],
  ['limit=7&sort=-createdAt', [...NAMES].reverse(), 4],
  ['limit=7&sort=updatedAt', NAMES, 4],
])('?%s gives every team once, in order', async (query, expected, pages) => {
  expect(await readAll(query)).toEqual({ slugs: expected, pages });
});

it('keeps its place while rows are added', async () => {
  const first = await admin.call('GET', 'teams?limit=3&sort=slug');
  await admin.call('POST', 'teams', { body: { slug: 'aaa' } });
  const second = await admin.call('GET', `teams?limit=3&sort=slug&cursor=${String(first.json.nextCursor)}`);
  expect((second.json.items as { slug: string }[]).map(({ slug }) => slug)).toEqual(sorted.slice(3, 6));
});

const forged = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const id = '01890000-0000-7000-8000-000000000000';

it.each([
  ['limit', 'limit=0'],
  ['limit', 'limit=501'],
  ['limit', 'limit=1e9'],
  ['limit', 'limit=x'],
  ['sort', 'sort=name'],
  ['sort', 'sort=--slug'],
  ['sort', 'sort=slug&sort=-slug'],
  ['cursor', 'cursor=x'],
  ['cursor', `cursor=${forged({ sort: 'slug', value: 'a', id })}`],
  ['cursor', `cursor=${forged({ sort: 'createdAt', value: 'a', id })}`],
  ['cursor', `sort=slug&cursor=${forged({ sort: 'slug', value: 'a\u0000', id })}`],
  ['cursor', `sort=slug&cursor=${forged({ sort: 'slug', value: { gt: '' }, id })}`],
  ['cursor', `sort=slug&cursor=${forged({ sort: 'slug', value: 'a', id: "' or 1=1" })}`],
  ['offset', 'offset=3'],
])('refuses a wrong %s: ?%s', async (field, query) => {
  const { status, json } = await admin.call('GET', `teams?${query}`);
  expect([status, json]).toMatchObject([400, { reason: 'invalid_request' }]);
  expect(json.detail).toContain(field);
});
