import { mintKey } from '@turnpike/identity';
import { openAdmin, type Admin } from './admin-harness';

let admin: Admin;
beforeAll(async () => {
  admin = await openAdmin();
});
afterAll(() => admin.close());

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly allowed: readonly string[];
}

async function operations(): Promise<Operation[]> {
  const { json } = await admin.call('GET', '/docs/json', { key: null });
  return Object.entries(json.paths as object).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Record<string, string[]>>).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: path.replace(/\{\w+\}/g, '01890000-0000-7000-8000-000000000000'),
      allowed: operation['x-allowed-keys'] ?? [],
    })),
  );
}

it('gives every endpoint to exactly the kinds of key that it declares', async () => {
  const all = await operations();
  expect(all.length).toBeGreaterThanOrEqual(22);
  for (const { method, path, allowed } of all) {
    expect(allowed.length).toBeGreaterThan(0);
    for (const [kind, key] of Object.entries(admin.keys)) {
      const { status, json, headers } = await admin.call(method, path, { key });
      const refused = status === 401 || status === 403;
      expect([method, path, kind, refused]).toEqual([method, path, kind, !allowed.includes(kind)]);
      if (!refused) continue;
      expect([status, json]).toMatchObject([403, { reason: 'wrong_key_kind' }]);
      expect(headers.get('content-type')).toContain('application/problem+json');
    }
  }
});

it('gives no endpoint to strangers, before anything of the body is judged', async () => {
  const strangers = [
    [null, 'missing_key'],
    ['', 'missing_key'],
    ['nonsense', 'malformed_key'],
    ['sk-ant-api03-something', 'malformed_key'],
    [`${admin.keys.admin}x`, 'malformed_key'],
    [mintKey('admin'), 'unknown_key'],
    ["' or 1=1 --", 'malformed_key'],
  ] as const;
  for (const { method, path } of await operations()) {
    for (const [key, reason] of strangers) {
      const raw = method === 'GET' ? undefined : '{broken';
      const { status, json, headers, text } = await admin.call(method, path, { key, raw });
      expect([method, path, reason, status, json.reason]).toEqual([method, path, reason, 401, reason]);
      expect(headers.get('www-authenticate')).toContain('Bearer');
      if (key) expect(text).not.toContain(key);
    }
  }
});

it.each([
  [{ 'x-api-key': 'KEY' }, ''],
  [{ 'x-goog-api-key': 'KEY' }, ''],
  [{ cookie: 'key=KEY' }, ''],
  [{}, '?key=KEY'],
])('reads keys from Authorization alone: %j %s', async (headers, query) => {
  const filled = Object.fromEntries(
    Object.entries(headers).map(([k, v]) => [k, v.replace('KEY', admin.keys.admin)]),
  );
  const answer = await admin.call('GET', `keys${query.replace('KEY', admin.keys.admin)}`, {
    key: null,
    headers: filled,
  });
  expect(answer.status).toBe(401);
});

it.each([
  'API/V1/keys',
  'api/v1/Keys',
  'api//v1/keys',
  'api/v1/keys/',
  'api/v1/%6beys',
  'api/v1/./keys',
  'api/v1/x/../keys',
  'api/v1/keys%00',
  'api/v1/keys%2f',
  'api/v1/keys;x=1',
  'api/v1/keys%3f',
  'docs/../api/v1/keys',
  'docs/%2e%2e/api/v1/keys',
])('no spelling of a path opens it: /%s', async (path) => {
  const { status, text } = await admin.call('GET', `/${path}`, { key: null });
  expect([400, 401, 404]).toContain(status);
  expect(text).not.toContain('items');
});

it.each([
  { host: 'localhost' },
  { 'x-forwarded-host': 'admin.internal' },
  { 'x-forwarded-for': '127.0.0.1' },
  { 'x-original-url': '/docs' },
  { 'x-rewrite-url': '/docs' },
  { 'x-http-method-override': 'GET' },
] as Record<string, string>[])('no header changes the verdict: %j', async (headers) => {
  expect((await admin.call('GET', 'keys', { key: null, headers })).status).toBe(401);
  expect((await admin.call('POST', 'keys', { key: admin.keys.finance, headers, body: {} })).status).toBe(403);
});

it('guards the HEAD of every list like its GET', async () => {
  for (const resource of ['teams', 'projects', 'people', 'service-accounts', 'keys']) {
    const statuses = await Promise.all(
      [null, admin.keys.developer, admin.keys.finance, admin.keys.admin].map(async (key) => {
        const { status, text } = await admin.call('HEAD', resource, { key });
        return [status, text];
      }),
    );
    expect(statuses).toEqual([401, 403, 403, 200].map((status) => [status, '']));
  }
});
