import { anyText, openAdmin, type Admin } from './admin-harness';

let admin: Admin;
beforeAll(async () => {
  admin = await openAdmin();
  for (const slug of ['core', 'edge']) await admin.call('POST', 'teams', { body: { slug } });
  for (const slug of ['base', 'next']) await admin.call('POST', 'projects', { body: { slug } });
});
afterAll(() => admin.close());

const STAMPS = { id: anyText, createdAt: anyText, updatedAt: anyText };

const CASES = [
  {
    resource: 'teams',
    smallest: [{ slug: 'tiny' }, { slug: 'tiny', name: null }],
    full: [{ slug: 'full', name: 'Fünf ✓' }, {}],
    patch: [{ name: 'Six' }, {}],
    emptied: [{ name: null }, {}],
  },
  {
    resource: 'projects',
    smallest: [{ slug: 'tiny' }, { slug: 'tiny', name: null, team: null }],
    full: [{ slug: 'full', name: 'Full', team: 'core' }, {}],
    patch: [{ name: 'Six', team: 'edge' }, {}],
    emptied: [{ name: null, team: null }, {}],
  },
  {
    resource: 'people',
    smallest: [
      { email: 'Tiny@Example.com' },
      { email: 'tiny@example.com', name: null, team: null, role: 'developer' },
    ],
    full: [{ email: 'full@localhost', name: 'Full', team: 'core', role: 'platform-admin' }, {}],
    patch: [{ name: 'Six', team: 'edge', role: 'finance' }, {}],
    emptied: [{ name: null, team: null }, {}],
  },
  {
    resource: 'service-accounts',
    smallest: [{ slug: 'tiny' }, { slug: 'tiny', team: null, project: null }],
    full: [{ slug: 'full', team: 'core', project: 'base' }, {}],
    patch: [{ team: 'edge', project: 'next' }, {}],
    emptied: [{ team: null, project: null }, {}],
  },
] as const;

describe.each(CASES)('$resource', ({ resource, smallest, full, patch, emptied }) => {
  it('is made from the smallest body', async () => {
    const made = await admin.call('POST', resource, { body: smallest[0] });
    expect([made.status, made.json]).toEqual([201, { ...STAMPS, ...smallest[1] }]);
    expect(made.json.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(made.json.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const read = await admin.call('GET', `${resource}/${String(made.json.id)}`);
    expect([read.status, read.json]).toEqual([200, made.json]);
    expect(read.headers.get('etag')).toBe(made.headers.get('etag'));
  });

  it('is made once per name', async () => {
    const again = await admin.call('POST', resource, { body: smallest[0] });
    expect(again.status).toBe(409);
    expect(again.json).toMatchObject({ reason: 'already_exists', status: 409 });
  });

  it('is made whole, changed and emptied', async () => {
    const made = await admin.call('POST', resource, { body: full[0] });
    expect([made.status, made.json]).toEqual([201, { ...STAMPS, ...full[0] }]);
    let etag = made.headers.get('etag') ?? '';
    for (const [change] of [patch, emptied]) {
      const headers = { 'if-match': etag };
      const changed = await admin.call('PATCH', `${resource}/${String(made.json.id)}`, {
        body: change,
        headers,
      });
      expect([changed.status, changed.json]).toMatchObject([200, change]);
      expect(changed.headers.get('etag')).not.toBe(etag);
      etag = changed.headers.get('etag') ?? '';
    }
  });

  it('keeps its name: a patch knows no such field', async () => {
    const [name] = Object.entries(smallest[0])[0] ?? [''];
    const { json } = await admin.call('GET', resource);
    const [first] = json.items as { id: string }[];
    const options = { body: { [name]: 'other' }, headers: { 'if-match': '*' } };
    const answer = await admin.call('PATCH', `${resource}/${first?.id}`, options);
    expect([answer.status, answer.json]).toMatchObject([
      400,
      { errors: [{ path: name, message: 'unknown field' }] },
    ]);
  });

  it('is found by its name and by known filters alone', async () => {
    const [name, value] = Object.entries(full[0])[0] ?? ['', ''];
    const found = await admin.call('GET', `${resource}?${name}=${value}`);
    expect(found.json).toMatchObject({ items: [{ [name]: value }], nextCursor: null });
    expect(found.json.items).toHaveLength(1);
    const unknown = await admin.call('GET', `${resource}?colour=blue`);
    expect([unknown.status, unknown.json]).toMatchObject([400, { errors: [{ path: 'colour' }] }]);
  });

  it('answers 404 for an id of nothing', async () => {
    const path = `${resource}/01890000-0000-7000-8000-000000000000`;
    const read = await admin.call('GET', path);
    const patched = await admin.call('PATCH', path, { body: {}, headers: { 'if-match': '*' } });
    for (const { status, json } of [read, patched])
      expect([status, json]).toMatchObject([404, { reason: 'not_found' }]);
  });
});

it('takes references by id as well as by slug', async () => {
  const team = await admin.call('GET', 'teams?slug=core');
  const [core] = team.json.items as { id: string }[];
  const made = await admin.call('POST', 'projects', { body: { slug: 'by-id', team: core?.id } });
  expect([made.status, made.json]).toMatchObject([201, { team: 'core' }]);
  const listed = await admin.call('GET', `projects?team=${core?.id}`);
  expect(listed.text).toContain('"by-id"');
});

it.each([
  ['projects', { slug: 'fresh', team: 'nowhere' }],
  ['people', { email: 'fresh@example.com', team: 'nowhere' }],
  ['service-accounts', { slug: 'fresh', team: 'nowhere' }],
])('%s refuse references to nothing', async (resource, body) => {
  const answer = await admin.call('POST', resource, { body });
  expect([answer.status, answer.json]).toMatchObject([400, { reason: 'invalid_request' }]);
  expect(answer.json.detail).toContain('there is no team "nowhere"');
});
