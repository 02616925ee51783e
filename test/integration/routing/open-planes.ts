import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FixedConfigSource, parseConfig } from '@turnpike/config';
import { createKeyDigest, mintKey } from '@turnpike/identity';
import { Secret, uuidv7 } from '@turnpike/kernel';
import { createPgPool } from '@turnpike/persistence/pg-pool';
import { PROVIDERS } from '@turnpike/provider';
import { createLogger, createMetricsRegistry } from '@turnpike/telemetry';
import { createTestDatabase } from '@turnpike/testing';
import { startDataPlane } from '../../../apps/gateway/src/start-data-plane';

const PEPPER = 'routing-pepper-0123456789abcdefgh';
const SECRET_KEY = Buffer.from('kept-in-the-memory-of-this-suite').toString('base64');

export interface Replica {
  readonly url: string;
  stop(): Promise<void>;
}

export interface Planes {
  readonly replicas: readonly Replica[];
  /** May use every model, and `main` and `far` alone. */
  readonly keys: { readonly open: string; readonly narrow: string };
  close(): Promise<void>;
}

/** Several data planes as processes run them, over one database and, where it is given, one Redis. */
export async function openPlanes(config: object, count: number, redisUrl?: string): Promise<Planes> {
  const database = await createTestDatabase();
  const pool = createPgPool(database.connectionString, { onIdleError: () => undefined });
  const dataDir = mkdtempSync(path.join(tmpdir(), 'turnpike-routing-'));
  const log = createLogger({ level: 'fatal', format: 'json', destination: { write: () => undefined } });
  const start = async (n: number): Promise<Replica> => {
    const plane = await startDataPlane({
      pool,
      pepper: PEPPER,
      config: new FixedConfigSource(parseConfig(JSON.stringify(config), { env: {}, definitions: PROVIDERS })),
      log,
      access: { write: () => undefined },
      registry: createMetricsRegistry(),
      host: '127.0.0.1',
      port: 0,
      memory: { secretKeys: [SECRET_KEY] },
      redisUrl: redisUrl === undefined ? undefined : new Secret(redisUrl),
      spoolFile: path.join(dataDir, `ledger-spool-${n}.jsonl`),
    });
    let stopped: Promise<void> | undefined;
    return { url: plane.url, stop: () => (stopped ??= plane.stop(2_000)) };
  };
  const replicas = await Promise.all(Array.from({ length: count }, (_, n) => start(n)));
  const keys = { open: mintKey('developer'), narrow: mintKey('developer') };
  const digest = createKeyDigest(PEPPER);
  const owner = uuidv7();
  await pool.query("INSERT INTO service_account (id, slug) VALUES ($1, 'routing')", [owner]);
  for (const [name, key] of Object.entries(keys)) {
    await pool.query(
      'INSERT INTO virtual_key (id, digest, last4, kind, service_account_id, allowed_models) VALUES ($1, $2, $3, $4, $5, $6)',
      [uuidv7(), digest(key), key.slice(-4), 'developer', owner, name === 'narrow' ? ['main', 'far'] : []],
    );
  }
  return {
    replicas,
    keys,
    close: async () => {
      await Promise.all(replicas.map((replica) => replica.stop()));
      await pool.end();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export interface Question {
  readonly model?: string;
  readonly messages?: readonly object[];
  readonly members?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
}

export interface Told {
  readonly status: number;
  /** Who served it. */
  readonly provider: string | null;
  readonly route: string | null;
  readonly warnings: string | null;
  readonly text: string;
}

export const firstTurn = (text = 'hi'): readonly object[] => [{ role: 'user', content: text }];

/** One call of a chat client, unless the path says otherwise. */
export async function askPlane({ url }: Replica, key: string, question: Question): Promise<Told> {
  const { model = 'main', messages = firstTurn(), members = {}, headers = {} } = question;
  const response = await fetch(url + (question.path ?? '/v1/chat/completions'), {
    method: 'POST',
    body: JSON.stringify({ model, messages, ...members }),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
  });
  const text = await response.text();
  const { status, headers: told } = response;
  return {
    status,
    provider: told.get('x-turnpike-provider'),
    route: told.get('x-turnpike-route'),
    warnings: told.get('x-turnpike-warnings'),
    text,
  };
}
