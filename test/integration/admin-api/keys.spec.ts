import { anyText, openAdmin, PEPPER, type Admin, type Answer } from './admin-harness';
import { CachedAuthenticator, createKeyDigest, PgKeyStore } from '@turnpike/identity';

let admin: Admin;
beforeAll(async () => {
  admin = await openAdmin();
  await admin.call('POST', 'people', { body: { email: 'dev@example.com' } });
  for (const slug of ['web', 'mobile']) await admin.call('POST', 'projects', { body: { slug } });
  await admin.call('POST', 'service-accounts', { body: { slug: 'ci', project: 'web' } });
});
afterAll(() => admin.close());

const mint = async (body: object = {}): Promise<Answer> => {
  const made = await admin.call('POST', 'keys', { body: { owner: 'dev@example.com', ...body } });
  expect([made.status, made.json.key]).toEqual([201, anyText]);
  return made;
};

const authenticate = (key: unknown) => {
  const accepts = ['developer', 'admin', 'finance'] as const;
  const store = new PgKeyStore(admin.pool);
  const authenticator = new CachedAuthenticator({ store, digest: createKeyDigest(PEPPER), accepts });
  return Promise.resolve().then(() => authenticator.authenticate(String(key), Date.now()));
};

describe('a minted key', () => {
  it('is shown once and kept as a digest', async () => {
    const { json } = await mint();
    expect(json).toMatchObject({
      kind: 'developer',
      owner: 'dev@example.com',
      ownerKind: 'person',
      origin: 'api',
    });
    const key = String(json.key);
    expect(key).toMatch(/^tpk_[0-9A-Za-z]{38}$/);
    const read = await admin.call('GET', `keys/${String(json.id)}`);
    expect(read.json).toMatchObject({ last4: key.slice(-4), revokedAt: null });
    expect(read.json).not.toHaveProperty('key');
    const { rows } = await admin.pool.query('SELECT * FROM virtual_key WHERE id = $1', [json.id]);
    expect(JSON.stringify(rows)).not.toContain(key.slice(4, 20));
    expect(rows).toMatchObject([{ digest: createKeyDigest(PEPPER)(key) }]);
  });

  it.each([
    ['developer', 'tpk_'],
    ['admin', 'tpa_'],
    ['finance', 'tpf_'],
  ])('of kind %s starts with %s and authenticates', async (kind, prefix) => {
    const { json } = await mint({ kind });
    expect(json.key).toMatch(new RegExp(`^${prefix}`));
    expect(await authenticate(json.key)).toMatchObject({ keyId: json.id, kind });
  });

  it('carries everything that it was given', async () => {
    const given = {
      name: 'laptop',
      project: 'web',
      projects: ['mobile', 'web'],
      allowedModels: ['same-*'],
      expiresAt: '2090-01-01T12:00:00+02:00',
      labels: { 'cost.centre': 'R&D 7' },
    };
    const { json } = await mint(given);
    expect(json).toMatchObject({ ...given, expiresAt: '2090-01-01T10:00:00.000Z' });
    expect(await authenticate(json.key)).toMatchObject({
      defaultProject: { slug: 'web' },
      projects: [{ slug: 'mobile' }, { slug: 'web' }],
      allowedModels: ['same-*'],
    });
  });

  it.each([
    ['nothing', {}, null],
    ['a default alone', { project: 'web' }, 'web'],
    ['a list of one', { projects: ['web'] }, 'web'],
    ['the same twice', { projects: ['web', 'web'] }, 'web'],
    ['a list of two', { projects: ['web', 'mobile'] }, null],
    ['a default outside the list', { project: 'web', projects: ['mobile'] }, 'web'],
    ['a service account with a project', { owner: 'ci' }, 'web'],
    ['a service account, but two projects', { owner: 'ci', projects: ['web', 'mobile'] }, null],
  ])('with %s has the right default project', async (_, body, project) => {
    expect((await mint(body)).json.project).toBe(project);
  });

  it('belongs to an owner by email in any case, slug or id', async () => {
    const person = await admin.call('GET', 'people?email=dev@example.com');
    const [{ id } = { id: '' }] = person.json.items as { id: string }[];
    for (const owner of ['DEV@example.com', id])
      expect((await mint({ owner })).json.owner).toBe('dev@example.com');
    expect((await mint({ owner: 'ci' })).json).toMatchObject({ owner: 'ci', ownerKind: 'service-account' });
    const listed = await admin.call('GET', `keys?owner=ci&revoked=false&kind=developer`);
    expect(new Set((listed.json.items as { owner: string }[]).map(({ owner }) => owner))).toEqual(
      new Set(['ci']),
    );
  });

  it.each([
    ['owner', { owner: 'nobody@example.com' }],
    ['owner', { owner: 'nobody' }],
    ['owner', { owner: "x' OR 1=1 --" }],
    ['owner', { owner: undefined }],
    ['project', { project: 'nowhere' }],
    ['project', { projects: ['web', 'nowhere'] }],
    ['allowedModels', { allowedModels: [] }],
    ['allowedModels.0', { allowedModels: ['a\u0000b'] }],
    ['expiresAt', { expiresAt: '2001-01-01T00:00:00Z' }],
    ['expiresAt', { expiresAt: 'tomorrow' }],
    ['kind', { kind: 'root' }],
    ['labels', { labels: { 'bad name': 'x' } }],
    ['labels.a', { labels: { a: 1 } }],
    ['digest', { digest: 'x' }],
    ['role', { role: 'platform-admin' }],
  ])('is refused for a wrong %s: %j', async (field, body) => {
    const answer = await admin.call('POST', 'keys', { body: { owner: 'dev@example.com', ...body } });
    expect([answer.status, answer.json]).toMatchObject([400, { reason: 'invalid_request' }]);
    expect(answer.json.detail).toContain(`${field.split('.')[0]}`);
  });
});

describe('a change of a key', () => {
  it('is told to this process after it is stored', async () => {
    const { json } = await mint({ projects: ['web'], allowedModels: ['a'] });
    const path = `keys/${String(json.id)}`;
    const body = {
      name: 'new',
      project: null,
      projects: ['mobile'],
      allowedModels: null,
      labels: { a: 'b' },
    };
    const changed = await admin.call('PATCH', path, { body, headers: { 'if-match': '*' } });
    expect([changed.status, changed.json]).toMatchObject([200, body]);
    expect(admin.heard.at(-1)).toEqual({ kind: 'updated', keyId: json.id });
    expect(await authenticate(json.key)).toMatchObject({
      projects: [{ slug: 'mobile' }],
      defaultProject: undefined,
    });
  });

  it('can end it now', async () => {
    const { json } = await mint();
    const options = { body: { expiresAt: '2020-01-01T00:00:00Z' }, headers: { 'if-match': '*' } };
    expect((await admin.call('PATCH', `keys/${String(json.id)}`, options)).status).toBe(200);
    await expect(authenticate(json.key)).rejects.toMatchObject({ reason: 'expired_key' });
  });
});

describe('revocation', () => {
  it('counts at once, twice is once, and with or without a body', async () => {
    const { json } = await mint();
    const path = `keys/${String(json.id)}/revoke`;
    const first = await admin.call('POST', path, { body: {} });
    expect([first.status, first.json]).toMatchObject([200, { revokedAt: anyText }]);
    expect(admin.heard.at(-1)).toEqual({ kind: 'revoked', keyId: json.id });
    await expect(authenticate(json.key)).rejects.toMatchObject({ reason: 'revoked_key' });
    expect((await admin.call('POST', path)).json).toEqual(first.json);
    expect((await admin.call('POST', path, { raw: '' })).status).toBe(200);
  });

  it('locks the key out of this API at its next request', async () => {
    const { json } = await mint({ kind: 'admin' });
    const key = String(json.key);
    expect((await admin.call('GET', 'keys', { key })).status).toBe(200);
    await admin.call('POST', `keys/${String(json.id)}/revoke`);
    const refused = await admin.call('GET', 'keys', { key });
    expect([refused.status, refused.json]).toMatchObject([401, { reason: 'revoked_key' }]);
  });
});

describe('rotation', () => {
  it('without overlap ends the old key at once', async () => {
    const { json: old } = await mint({
      projects: ['web'],
      allowedModels: ['a*'],
      labels: { a: 'b' },
      name: 'n',
    });
    const next = await admin.call('POST', `keys/${String(old.id)}/rotate`, { body: {} });
    const { id, key, last4, createdAt, updatedAt, ...rights } = next.json;
    expect([next.status, rights]).toMatchObject([
      201,
      { project: 'web', projects: ['web'], allowedModels: ['a*'] },
    ]);
    expect([id, key, last4, createdAt, updatedAt]).not.toContain(undefined);
    expect(rights).toMatchObject({
      labels: { a: 'b' },
      name: 'n',
      owner: 'dev@example.com',
      revokedAt: null,
    });
    await expect(authenticate(old.key)).rejects.toMatchObject({ reason: 'revoked_key' });
    expect(await authenticate(key)).toMatchObject({ keyId: id });
  });

  it('with overlap lets both work until it ends, and never longer than the old key would have', async () => {
    const { json: old } = await mint();
    const path = `keys/${String(old.id)}`;
    await admin.call('POST', `${path}/rotate`, { body: { overlapSeconds: 3600 } });
    expect(await authenticate(old.key)).toMatchObject({ keyId: old.id });
    const { json } = await admin.call('GET', path);
    const leftMs = Date.parse(String(json.expiresAt)) - Date.now();
    expect(leftMs).toBeGreaterThan(3_500_000);
    await admin.call('POST', `${path}/rotate`, { body: { overlapSeconds: 7200 } });
    expect((await admin.call('GET', path)).json.expiresAt).toBe(json.expiresAt);
  });

  it.each([
    [{ overlapSeconds: -1 }],
    [{ overlapSeconds: 1.5 }],
    [{ overlapSeconds: '60' }],
    [{ overlap: 60 }],
  ])('refuses %j', async (body) => {
    const { json } = await mint();
    const answer = await admin.call('POST', `keys/${String(json.id)}/rotate`, { body });
    expect(answer.status).toBe(400);
  });

  it('has no use for a dead key', async () => {
    const { json } = await mint();
    await admin.call('POST', `keys/${String(json.id)}/revoke`);
    const answer = await admin.call('POST', `keys/${String(json.id)}/rotate`, { body: {} });
    expect([answer.status, answer.json]).toMatchObject([409, { reason: 'state_conflict' }]);
  });
});
