import { Client } from 'pg';
import { openAdmin, type Admin } from './admin-harness';

let admin: Admin;
let gatekeeper: Client;
beforeAll(async () => {
  admin = await openAdmin();
  const url = new URL(admin.databaseUrl);
  url.pathname = '/postgres';
  gatekeeper = new Client({ connectionString: url.href });
  await gatekeeper.connect();
});
afterAll(async () => {
  await gatekeeper.end();
  await admin.close();
});

/** Closes the database for everybody, or opens it again. */
async function allowConnections(allowed: boolean): Promise<void> {
  const name = new URL(admin.databaseUrl).pathname.slice(1);
  await gatekeeper.query(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS ${allowed}`);
  if (!allowed) {
    await gatekeeper.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
      name,
    ]);
  }
}

it('answers 503 as a problem while the database is away, and works again when it is back', async () => {
  expect((await admin.call('GET', 'teams')).status).toBe(200);
  await allowConnections(false);
  try {
    for (const [method, path, body] of [
      ['GET', 'teams', undefined],
      ['POST', 'teams', { slug: 'lost' }],
    ] as const) {
      const { status, json, text } = await admin.call(method, path, { body });
      expect([status, json]).toMatchObject([503, { reason: 'store_unavailable' }]);
      expect(text).not.toMatch(/postgres|prisma|5432/i);
    }
  } finally {
    await allowConnections(true);
  }
  expect((await admin.call('POST', 'teams', { body: { slug: 'back' } })).status).toBe(201);
});
