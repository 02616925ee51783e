import { createKeyDigest, KeyChanges, mintKey, type KeyChange, type KeyKind } from '@turnpike/identity';
import { uuidv7 } from '@turnpike/kernel';
import { createPgPool } from '@turnpike/persistence/pg-pool';
import { MemoryGroupStore } from '@turnpike/routing';
import type { Pool } from 'pg';
import { createAdminApp } from '../../../apps/admin/src/admin-app';
import { ReportsModule } from '../../../apps/admin/src/reports/reports.module';
import type { RoutingStateOptions } from '../../../apps/admin/src/routing-state/routing-state';
import { RoutingStateModule } from '../../../apps/admin/src/routing-state/routing-state.module';
import { createTestDatabase } from '@turnpike/testing';

// Loops over every endpoint and key take a while on a busy machine.
jest.setTimeout(30_000);

export const PEPPER = 'integration-pepper-0123456789abcdef';

/** Matchers of Jest, which are `any` in its types. */
export const anyText: unknown = expect.any(String);
export const textWith = (part: string | RegExp): unknown => expect.stringMatching(part);

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly raw?: string | Buffer;
  readonly headers?: Record<string, string>;
  /** null: no key at all. */
  readonly key?: string | null;
}

/** Routing of which nothing is known yet. */
const quietRouting = (): RoutingStateOptions => ({
  groups: { store: new MemoryGroupStore(), answers: () => true },
  providers: () => undefined,
});

/** A control plane over a real database, with one key of each kind, spoken to over HTTP. */
export async function openAdmin(routing = quietRouting()) {
  const database = await createTestDatabase();
  const pool = createPgPool(database.connectionString);
  const changes = new KeyChanges();
  const heard: KeyChange[] = [];
  const logged: object[] = [];
  changes.subscribe((change) => heard.push(change));
  const log = { error: (fields: object) => void logged.push(fields) };
  const modules = [
    ReportsModule.with({ pool, priceVersion: () => 'none' }),
    RoutingStateModule.with(routing),
  ];
  const app = await createAdminApp({
    pool,
    pepper: PEPPER,
    changes,
    log,
    modules,
    host: '127.0.0.1',
    port: 0,
  });
  const url = await app.listen();
  const keys = await insertKeys(pool);
  const call = async (method: string, path: string, options: CallOptions = {}): Promise<Answer> => {
    const { body, raw, headers = {}, key = keys.admin } = options;
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(path.startsWith('/') ? url + path : `${url}/api/v1/${path}`, {
      method,
      body: payload === undefined ? undefined : new Uint8Array(Buffer.from(payload)),
      headers: {
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...headers,
      },
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson && text ? (JSON.parse(text) as Answer['json']) : {},
    };
  };
  const close = async (): Promise<void> => {
    await app.close();
    await pool.end();
    await database.drop();
  };
  return { call, keys, pool, changes, heard, logged, url, databaseUrl: database.connectionString, close };
}

export type Admin = Awaited<ReturnType<typeof openAdmin>>;

async function insertKeys(pool: Pool): Promise<Record<KeyKind, string>> {
  const digest = createKeyDigest(PEPPER);
  const keys = { developer: mintKey('developer'), admin: mintKey('admin'), finance: mintKey('finance') };
  const owner = uuidv7();
  await pool.query("INSERT INTO service_account (id, slug) VALUES ($1, 'test-harness')", [owner]);
  for (const [kind, key] of Object.entries(keys)) {
    await pool.query(
      'INSERT INTO virtual_key (id, digest, last4, kind, service_account_id) VALUES ($1, $2, $3, $4, $5)',
      [uuidv7(), digest(key), key.slice(-4), kind, owner],
    );
  }
  return keys;
}
