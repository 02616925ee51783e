import { openAdmin, type Admin, type Answer } from './admin-harness';

let admin: Admin;
beforeAll(async () => {
  admin = await openAdmin();
  await admin.call('POST', 'people', { body: { email: 'dev@example.com' } });
});
afterAll(() => admin.close());

const patch = (id: unknown, name: string, tag?: string): Promise<Answer> =>
  admin.call('PATCH', `teams/${String(id)}`, {
    body: { name },
    headers: tag === undefined ? {} : { 'if-match': tag },
  });

describe('If-Match', () => {
  it.each([
    [undefined, 428, 'precondition_required'],
    ['"older"', 412, 'precondition_failed'],
    ['unquoted', 400, 'invalid_request'],
    ['', 400, 'invalid_request'],
  ])('%s is answered %i', async (tag, status, reason) => {
    const { json } = await admin.call('POST', 'teams', { body: { slug: `t${status}${tag?.length ?? ''}` } });
    const answer = await patch(json.id, 'x', tag);
    expect([answer.status, answer.json]).toMatchObject([status, { status, reason }]);
  });

  it('takes the tag that was read, also in a list, but no weak one', async () => {
    const made = await admin.call('POST', 'teams', { body: { slug: 'tags' } });
    const tag = made.headers.get('etag') ?? '';
    expect((await patch(made.json.id, 'a', `W/${tag}`)).status).toBe(412);
    expect((await patch(made.json.id, 'a', `"other", ${tag}`)).status).toBe(200);
    expect((await patch(made.json.id, 'b', tag)).status).toBe(412);
  });

  it('lets one of many simultaneous changes through', async () => {
    const made = await admin.call('POST', 'teams', { body: { slug: 'race' } });
    const tag = made.headers.get('etag') ?? '';
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => patch(made.json.id, `name ${n}`, tag)),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array.from({ length: 11 }, () => 412)]);
  });
});

describe('Idempotency-Key', () => {
  const create = (idempotencyKey: string, body: object, resource = 'teams', key?: string): Promise<Answer> =>
    admin.call('POST', resource, { body, key, headers: { 'idempotency-key': idempotencyKey } });

  it('gives the same answer to the same request', async () => {
    const first = await create('one', { slug: 'once' });
    const second = await create('one', { slug: 'once' });
    expect([second.status, second.json]).toEqual([201, first.json]);
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
  });

  it('shows the same new key again, and keeps it sealed', async () => {
    const body = { owner: 'dev@example.com' };
    const first = await create('mint', body, 'keys');
    const second = await create('mint', body, 'keys');
    expect(second.json).toEqual(first.json);
    const { rows } = await admin.pool.query<{ sealed_answer: Buffer }>('SELECT * FROM idempotency_record');
    const kept = rows.map((row) => JSON.stringify(row) + row.sealed_answer.toString('latin1')).join();
    expect(kept).not.toContain(String(first.json.key).slice(0, 12));
    expect(kept).not.toContain('dev@example.com');
  });

  it('makes one of twenty simultaneous ones', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => create('burst', { slug: 'burst' })));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
  });

  it('refuses another body with 422', async () => {
    await create('two', { slug: 'second' });
    const other = await create('two', { slug: 'third' });
    expect([other.status, other.json]).toMatchObject([422, { reason: 'idempotency_key_reused' }]);
    expect((await admin.call('GET', 'teams?slug=third')).json.items).toEqual([]);
  });

  it('does not remember what failed', async () => {
    const body = { slug: 'late', team: 'late-team' };
    expect((await create('retry', body, 'projects')).status).toBe(400);
    await admin.call('POST', 'teams', { body: { slug: 'late-team' } });
    expect((await create('retry', body, 'projects')).status).toBe(201);
  });

  it('belongs to its caller and its endpoint', async () => {
    const { json } = await admin.call('POST', 'keys', { body: { owner: 'dev@example.com', kind: 'admin' } });
    await create('shared', { slug: 'mine' });
    expect((await create('shared', { slug: 'yours' }, 'teams', String(json.key))).status).toBe(201);
    expect((await create('shared', { slug: 'mine' }, 'projects')).status).toBe(201);
  });

  it('is honoured by rotation', async () => {
    const { json } = await admin.call('POST', 'keys', { body: { owner: 'dev@example.com' } });
    const path = `keys/${String(json.id)}/rotate`;
    const first = await create('rotate', {}, path);
    expect([first.status, (await create('rotate', {}, path)).text]).toEqual([201, first.text]);
  });

  it('is one visible word', async () => {
    expect((await create('two words', { slug: 'words' })).status).toBe(400);
    expect((await create('x'.repeat(256), { slug: 'words' })).status).toBe(400);
  });
});
