import { anyText, openAdmin, type Admin } from './admin-harness';

let admin: Admin;
beforeAll(async () => {
  admin = await openAdmin();
});
afterAll(() => admin.close());

it.each([
  ['{broken', 400, 'malformed_json'],
  ['{"slug":"a"}x', 400, 'malformed_json'],
  ['{"slug":"a","__proto__":{"role":"admin"}}', 400, 'malformed_json'],
  ['{"slug":"a","constructor":{"prototype":{}}}', 400, 'malformed_json'],
  ['[]', 400, 'invalid_request'],
  ['null', 400, 'invalid_request'],
  ['"text"', 400, 'invalid_request'],
  ['', 400, 'invalid_request'],
  [`${'['.repeat(100_000)}`, 400, 'malformed_json'],
  [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 400, 'invalid_request'],
  [`{"slug":"a","name":"${'x'.repeat(1024 * 1024)}"}`, 413, 'body_too_large'],
  [`{${Array.from({ length: 50_000 }, (_, n) => `"k${n}":1`).join()}}`, 400, 'invalid_request'],
  [Buffer.from([0x7b, 0xff, 0x7d]), 400, 'malformed_json'],
])('answers a problem to wrong body %#', async (raw, status, reason) => {
  const answer = await admin.call('POST', 'teams', { raw });
  expect([answer.status, answer.json]).toMatchObject([status, { status, reason, requestId: anyText }]);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.text.length).toBeLessThan(20_000);
});

it.each([
  'text/plain',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
])('takes JSON, not %s', async (type) => {
  const answer = await admin.call('POST', 'teams', {
    raw: '{"slug":"a"}',
    headers: { 'content-type': type },
  });
  expect([answer.status, answer.json.reason]).toEqual([415, 'unsupported_media_type']);
});

it('names every unknown field, shortened', async () => {
  const body = { slug: 'a', colour: 'blue', nmae: 'x', ['x'.repeat(500)]: 1 };
  const { status, json, text } = await admin.call('POST', 'teams', { body });
  expect(status).toBe(400);
  expect(json.detail).toContain('colour: unknown field; nmae: unknown field');
  expect(text).not.toContain('x'.repeat(100));
});

it.each([
  '',
  'A',
  '-a',
  'a_b',
  'a b',
  'a/b',
  '../a',
  'a'.repeat(64),
  '01890000-0000-7000-8000-000000000000',
  'ä',
  'a\n',
])('refuses the slug %j', async (slug) => {
  expect((await admin.call('POST', 'teams', { body: { slug } })).status).toBe(400);
});

it.each([
  '',
  'x',
  '@',
  'a@',
  '@b',
  'a b@c.d',
  'a@b@c',
  'a@b..c',
  `${'a'.repeat(251)}@b.c`,
  'a@b.c\n',
  'a\u0000@b.c',
])('refuses the email %j', async (email) => {
  expect((await admin.call('POST', 'people', { body: { email } })).status).toBe(400);
});

const INJECTIONS = [
  "' OR '1'='1",
  "'; DROP TABLE team; --",
  '" OR ""="',
  '${jndi:ldap://x}',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '../../etc/passwd',
  '%00',
  '%',
  '_',
  '$1',
  '\\',
  "\\'; SELECT pg_sleep(10); --",
  '\u202e',
  '{"$ne":null}',
];

it.each(INJECTIONS)('takes %j as text, wherever it stands', async (text) => {
  const slug = `s${INJECTIONS.indexOf(text)}`;
  const made = await admin.call('POST', 'teams', { body: { slug, name: text } });
  expect([made.status, made.json.name]).toEqual([201, text]);
  const encoded = encodeURIComponent(text);
  const byName = await admin.call('GET', `teams?name=${encoded}`);
  expect((byName.json.items as { slug: string }[]).map((item) => item.slug)).toEqual([slug]);
  for (const path of [
    `teams/${encoded}`,
    `teams?slug=${encoded}`,
    `keys?owner=${encoded}`,
    `teams?cursor=${encoded}`,
  ]) {
    const { status } = await admin.call('GET', path);
    expect([path, status >= 400 && status < 500]).toEqual([path, true]);
  }
  const printable = /^[\x20-\x7e]*$/.test(text);
  if (printable) {
    const headers = {
      'x-request-id': text,
      'if-match': text,
      'idempotency-key': text,
      'x-turnpike-project': text,
    };
    const { status, json } = await admin.call('POST', 'teams', { body: { slug: `${slug}-h` }, headers });
    expect(status).toBeLessThan(500);
    if (json.requestId) expect(json.requestId).toMatch(/^[\w.-]{1,128}$/);
  }
});

it('never lets nested objects reach a query', async () => {
  for (const query of ['slug[contains]=a', 'slug[$ne]=', 'slug=a&slug=b', 'name[]=x']) {
    expect((await admin.call('GET', `teams?${query}`)).status).toBe(400);
  }
});

it.each([
  ['PUT', 'teams', 405, 'GET, HEAD, POST'],
  ['DELETE', 'keys', 405, 'GET, HEAD, POST'],
  ['DELETE', 'keys/01890000-0000-7000-8000-000000000000', 405, 'GET, HEAD, PATCH'],
  ['GET', 'keys/01890000-0000-7000-8000-000000000000/revoke', 405, 'POST'],
  ['GET', 'nothing', 404, null],
  ['POST', '/api/v2/keys', 404, null],
])('%s %s is answered %i', async (method, path, status, allow) => {
  const answer = await admin.call(method, path);
  expect([answer.status, answer.json.status, answer.headers.get('allow')]).toEqual([status, status, allow]);
});

it('keeps a harmless request id and replaces any other', async () => {
  const kept = await admin.call('GET', 'teams', { headers: { 'x-request-id': 'build-7.a_b' } });
  expect(kept.headers.get('x-request-id')).toBe('build-7.a_b');
  const replaced = await admin.call('GET', 'teams/x', { headers: { 'x-request-id': 'a b' } });
  expect(replaced.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(replaced.json.requestId).toBe(replaced.headers.get('x-request-id'));
});

it('lets no answer be cached or sniffed', async () => {
  const { headers } = await admin.call('GET', 'keys');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('access-control-allow-origin')).toBeNull();
});

it('broke nothing on the way', () => {
  expect(admin.logged).toEqual([]);
});
