import { openAdmin, type Admin } from './admin-harness';

let admin: Admin;
beforeAll(async () => {
  admin = await openAdmin();
});
afterAll(() => admin.close());

describe('keys', () => {
  it('mints, lists, reads and revokes', async () => {
    const person = await admin.call('POST', 'people', { body: { email: 'dev@example.com' } });
    expect([person.status, person.text]).toEqual([201, expect.stringContaining('dev@example.com')]);
    const made = await admin.call('POST', 'keys', { body: { owner: 'dev@example.com' } });
    expect([made.status, made.json]).toMatchObject([201, { owner: 'dev@example.com', kind: 'developer' }]);
    expect(made.json.key).toMatch(/^tpk_[0-9A-Za-z]{38}$/);
    const list = await admin.call('GET', 'keys?owner=dev@example.com');
    expect(list.json).toMatchObject({
      items: [{ id: made.json.id, last4: String(made.json.key).slice(-4) }],
    });
    expect(list.text).not.toContain(made.json.key);
    const revoked = await admin.call('POST', `keys/${String(made.json.id)}/revoke`, { body: {} });
    expect([revoked.status, revoked.json]).toMatchObject([200, { revokedAt: expect.any(String) }]);
  });
});
