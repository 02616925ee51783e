import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mintKey } from '@turnpike/identity';
import { ensureBootstrapAdmin } from '../../../apps/admin/src/bootstrap/ensure-bootstrap-admin';
import { ensureStandaloneKeys } from '../../../apps/admin/src/bootstrap/ensure-standalone-keys';
import { openAdmin, PEPPER, type Admin } from './admin-harness';

let admin: Admin;
let folder: string;
beforeAll(async () => {
  admin = await openAdmin();
  folder = await mkdtemp(path.join(tmpdir(), 'turnpike-keys-'));
});
afterAll(async () => {
  await admin.close();
  await rm(folder, { recursive: true });
});

const context = () => ({ pool: admin.pool, pepper: PEPPER });
const statusWith = async (key: string): Promise<number> => (await admin.call('GET', 'keys', { key })).status;
const environmentKeys = async () =>
  (await admin.call('GET', 'keys?origin=environment')).json.items as { id: string; last4: string }[];

describe('TURNPIKE_ADMIN_KEY', () => {
  it('opens the control plane, however many replicas start at once and however often', async () => {
    const key = mintKey('admin');
    await Promise.all(Array.from({ length: 5 }, () => ensureBootstrapAdmin(context(), key)));
    expect(await statusWith(key)).toBe(200);
    expect(await environmentKeys()).toMatchObject([
      { last4: key.slice(-4), owner: 'bootstrap', kind: 'admin' },
    ]);
  });

  it('ends the key that it held before', async () => {
    const [before, after] = [mintKey('admin'), mintKey('admin')];
    await ensureBootstrapAdmin(context(), before);
    await ensureBootstrapAdmin(context(), after);
    expect(await environmentKeys()).toMatchObject([{ last4: after.slice(-4) }]);
    expect([await statusWith(before), await statusWith(after)]).toEqual([401, 200]);
    await ensureBootstrapAdmin(context(), before);
    expect(await environmentKeys()).toMatchObject([{ last4: before.slice(-4) }]);
  });

  it('does not bring a revoked key back, nor rotate behind the setting', async () => {
    const key = mintKey('admin');
    await ensureBootstrapAdmin(context(), key);
    const [made] = await environmentKeys();
    expect((await admin.call('POST', `keys/${made?.id}/rotate`, { body: {} })).status).toBe(409);
    expect((await admin.call('POST', `keys/${made?.id}/revoke`)).status).toBe(200);
    await ensureBootstrapAdmin(context(), key);
    expect(await statusWith(key)).toBe(401);
  });

  it.each(['', 'secret-secret-secret-secret-secret', mintKey('developer'), mintKey('admin').slice(0, -1)])(
    'refuses %j without repeating it',
    async (key) => {
      const failure: unknown = await ensureBootstrapAdmin(context(), key).catch((error: unknown) => error);
      expect(String(failure)).toContain('TURNPIKE_ADMIN_KEY is not an admin key');
      if (key) expect(String(failure)).not.toContain(key);
    },
  );
});

describe('the keys of a data directory', () => {
  it('are made once, kept for the owner alone, and work', async () => {
    const dataDir = path.join(folder, 'new', 'deep');
    const first = await ensureStandaloneKeys(context(), dataDir);
    const again = await ensureStandaloneKeys(context(), dataDir);
    expect(first.created).toBe(true);
    expect(again).toEqual({ ...first, created: false });
    const file = path.join(dataDir, 'keys.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      adminKey: first.adminKey,
      developerKey: first.developerKey,
    });
    expect(await statusWith(first.adminKey)).toBe(200);
    const { json } = await admin.call('GET', 'keys?owner=developer@localhost');
    expect(json.items).toMatchObject([
      { last4: first.developerKey.slice(-4), project: 'default', kind: 'developer' },
    ]);
  });

  it.each(['', '{', '[]', '{"adminKey":"tpa_x","developerKey":"tpk_x"}', '{"adminKey":1}'])(
    'are not guessed from a broken file: %j',
    async (text) => {
      const file = path.join(folder, 'keys.json');
      await writeFile(file, text);
      await expect(ensureStandaloneKeys(context(), folder)).rejects.toThrow(`${file} holds no valid keys`);
      expect(await readFile(file, 'utf8')).toBe(text);
    },
  );
});
