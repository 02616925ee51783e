import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { ensureStandaloneKeys } from '../../../apps/admin/src/bootstrap/ensure-standalone-keys';
import { main } from '../../../apps/cli/src/main';
import { textWith, openAdmin, PEPPER, type Admin } from './admin-harness';

let admin: Admin;
let folder: string;
beforeAll(async () => {
  admin = await openAdmin();
  folder = await mkdtemp(path.join(tmpdir(), 'turnpike-cli-'));
  await admin.call('POST', 'people', { body: { email: 'dev@example.com' } });
  for (const slug of ['web', 'mobile']) await admin.call('POST', 'projects', { body: { slug } });
});
afterAll(async () => {
  await admin.close();
  await rm(folder, { recursive: true });
});

async function turnpike(args: string, env: Record<string, string> = {}) {
  const said = { out: '', err: '' };
  const out = (text: string): string => (said.out += text);
  const err = (text: string): string => (said.err += text);
  const all = { TURNPIKE_ADMIN_URL: `${admin.url}/`, TURNPIKE_API_KEY: admin.keys.admin, ...env };
  const code = await main(args.split(' '), { env: all, cwd: folder, out, err });
  return { code, ...said };
}

it('creates, lists and revokes', async () => {
  const made = await turnpike(
    'keys create --owner dev@example.com --name ci --projects web,mobile --models gpt-*,claude-* --label a=b --label c=d=e',
  );
  expect([made.code, made.out]).toEqual([0, textWith(/^tpk_[0-9A-Za-z]{38}\n$/)]);
  const id = /[0-9a-f-]{36}/.exec(made.err)?.[0];
  const listed = await turnpike('keys list --owner dev@example.com');
  const row = listed.out.split('\n').find((line) => line.startsWith(String(id)));
  expect(row).toMatch(
    new RegExp(`\\.\\.\\.${made.out.trim().slice(-4)}\\s+developer\\s+active\\s+dev@example.com`),
  );
  expect(listed.out).not.toContain(made.out.trim());
  const json = await turnpike('keys list --owner dev@example.com --json');
  expect(JSON.parse(json.out)).toMatchObject([
    { id, projects: ['mobile', 'web'], allowedModels: ['gpt-*', 'claude-*'], labels: { a: 'b', c: 'd=e' } },
  ]);
  expect(await turnpike(`keys revoke ${id}`)).toMatchObject({
    code: 0,
    out: textWith(`Revoked ${id}`),
  });
  expect((await turnpike('keys list --owner dev@example.com')).out).toContain('revoked');
  expect((await turnpike('keys list --revoked false --owner dev@example.com')).out).toBe('Nothing found.\n');
});

it('says what the control plane refused', async () => {
  const unknown = await turnpike('keys create --owner nobody@example.com');
  expect(unknown).toMatchObject({
    code: 1,
    err: textWith('there is no owner "nobody@example.com"'),
  });
  const weak = await turnpike('keys list', { TURNPIKE_API_KEY: admin.keys.developer });
  expect(weak).toMatchObject({ code: 1, err: textWith('refused with 403') });
  expect(weak.err).not.toContain(admin.keys.developer);
});

it('uses the key of a data directory', async () => {
  await ensureStandaloneKeys({ pool: admin.pool, pepper: PEPPER }, path.join(folder, '.turnpike'));
  const env = { TURNPIKE_ADMIN_URL: admin.url };
  const said: string[] = [];
  const code = await main(['keys', 'list'], {
    env,
    cwd: folder,
    out: (text) => said.push(text),
    err: (text) => said.push(text),
  });
  expect([code, said.join('')]).toEqual([0, textWith('developer@localhost')]);
});

it('migrates an empty database, and says so when there is nothing to do', async () => {
  const name = `${new URL(admin.databaseUrl).pathname.slice(1)}_cli`;
  const url = new URL(admin.databaseUrl);
  const server = new Client({ connectionString: url.href });
  await server.connect();
  try {
    await server.query(`CREATE DATABASE "${name}"`);
    url.pathname = `/${name}`;
    const first = await turnpike('migrate', { DATABASE_URL: url.href });
    expect(first).toMatchObject({ code: 0, out: textWith('Applied 0001_identity') });
    expect(await turnpike('migrate', { DATABASE_URL: url.href })).toMatchObject({
      out: 'The database is up to date.\n',
    });
  } finally {
    await server.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    await server.end();
  }
});
