import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FixedConfigSource, parseConfig } from '@turnpike/config';
import { createKeyDigest, KeyChanges, mintKey, type KeyKind } from '@turnpike/identity';
import { uuidv7 } from '@turnpike/kernel';
import { createPgPool } from '@turnpike/persistence/pg-pool';
import { PROVIDERS } from '@turnpike/provider';
import { createLogger, createMetricsRegistry } from '@turnpike/telemetry';
import { createTestDatabase } from '@turnpike/testing';
import type { Pool } from 'pg';
import { startDataPlane } from '../../../apps/gateway/src/start-data-plane';

export const PEPPER = 'integration-pepper-0123456789abcdef';
const SECRET_KEY = Buffer.from('kept-in-the-memory-of-this-suite').toString('base64');

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** A provider that keeps all it hears and answers what a test says. */
export interface Provider {
  readonly url: string;
  readonly port: number;
  readonly heard: Received[];
  answer: (received: Received, response: ServerResponse) => void;
  close(): Promise<void>;
}

const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

export const chatAnswer = (text = 'hello'): string =>
  JSON.stringify({
    id: 'c1',
    object: 'chat.completion',
    created: 1,
    model: 'm1',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  });

export const messagesAnswer = (text = 'hello'): string =>
  JSON.stringify({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm1',
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 10, output_tokens: 5 },
  });

export const sendJson = (response: ServerResponse, body: string, status = 200): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(body);

export const answerWell: Provider['answer'] = ({ url }, response) =>
  sendJson(response, url.endsWith('/messages') ? messagesAnswer() : chatAnswer());

export async function openProvider(answer = answerWell): Promise<Provider> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers, rawHeaders } = request;
      const received = { method, url, headers, rawHeaders, body: Buffer.concat(chunks).toString('utf8') };
      provider.heard.push(received);
      provider.answer(received, response);
    });
  });
  const port = await listen(server);
  const provider: Provider = {
    url: `http://127.0.0.1:${port}`,
    port,
    heard: [],
    answer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return provider;
}

/** Counts connections and never answers: nobody has business here. */
export async function openCanary(): Promise<{ port: number; hits: () => number; close(): Promise<void> }> {
  let hits = 0;
  const open = new Set<Socket>();
  const server = createTcpServer((socket) => {
    hits++;
    open.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    hits: () => hits,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface AskOptions {
  readonly path?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** null: none. */
  readonly key?: string | null;
  readonly method?: string;
}

export const chat = (over: object = {}): object => ({
  model: 'chat',
  messages: [{ role: 'user', content: 'hi' }],
  ...over,
});

/** The data plane as a process runs it, over a real database; everything it writes is kept in memory or `dataDir`. */
export async function openStage(config: object) {
  const database = await createTestDatabase();
  const statements: string[] = [];
  const pool = createPgPool(database.connectionString, { onIdleError: () => undefined });
  countStatements(pool, statements);
  const dataDir = mkdtempSync(path.join(tmpdir(), 'turnpike-security-'));
  const lines: string[] = [];
  const log = createLogger({
    level: 'trace',
    format: 'json',
    destination: { write: (line) => void lines.push(line) },
  });
  const registry = createMetricsRegistry();
  const changes = new KeyChanges();
  const plane = await startDataPlane({
    pool,
    pepper: PEPPER,
    config: new FixedConfigSource(parseConfig(JSON.stringify(config), { env: {}, definitions: PROVIDERS })),
    log,
    access: { write: (_atMs, fields) => void lines.push(JSON.stringify(fields)) },
    registry,
    host: '127.0.0.1',
    port: 0,
    changes,
    memory: { secretKeys: [SECRET_KEY] },
    redisUrl: undefined,
    spoolFile: path.join(dataDir, 'ledger-spool.jsonl'),
  });
  const keys = await insertKeys(pool);
  statements.length = 0;
  const ask = async (options: AskOptions = {}): Promise<Answer> => {
    const { path: at = '/v1/chat/completions', body = chat(), headers = {}, key = keys.developer } = options;
    const method = options.method ?? 'POST';
    const response = await fetch(plane.url + at, {
      method,
      ...(method === 'GET' ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      headers: {
        'content-type': 'application/json',
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...headers,
      },
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  let stopped = false;
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    await plane.stop(2_000);
  };
  const close = async (): Promise<void> => {
    await stop();
    await pool.end();
    await database.drop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  const port = Number(new URL(plane.url).port);
  return {
    ask,
    keys,
    pool,
    statements,
    lines,
    registry,
    dataDir,
    url: plane.url,
    port,
    stop,
    close,
    databaseUrl: database.connectionString,
  };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

/** Notes the text of every statement that the process sends. */
function countStatements(pool: Pool, statements: string[]): void {
  const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  Object.assign(pool, {
    query: (...args: unknown[]) => {
      const [first] = args;
      statements.push(typeof first === 'string' ? first : String((first as { text?: unknown }).text));
      return query(...args);
    },
  });
}

async function insertKeys(pool: Pool): Promise<Record<KeyKind, string>> {
  const digest = createKeyDigest(PEPPER);
  const keys = { developer: mintKey('developer'), admin: mintKey('admin'), finance: mintKey('finance') };
  const owner = uuidv7();
  await pool.query("INSERT INTO service_account (id, slug) VALUES ($1, 'security')", [owner]);
  for (const [kind, key] of Object.entries(keys)) {
    await pool.query(
      'INSERT INTO virtual_key (id, digest, last4, kind, service_account_id) VALUES ($1, $2, $3, $4, $5)',
      [uuidv7(), digest(key), key.slice(-4), kind, owner],
    );
  }
  return keys;
}

/** A configuration with one provider per name; `chat` and `messages` are aliases of the first of each dialect. */
export function configOf(
  providers: Record<string, object>,
  routes: Record<string, readonly string[]>,
): object {
  return {
    providers,
    models: Object.fromEntries(
      Object.entries(routes).map(([alias, targets]) => [
        alias,
        {
          targets: targets.map((target) => {
            const slash = target.indexOf('/');
            return { provider: target.slice(0, slash), model: target.slice(slash + 1) };
          }),
        },
      ]),
    ),
    passthrough: { enabled: true },
    unpriced: 'allow',
  };
}

export const providerAt = (use: string, provider: { readonly url: string }, apiKey: string): object => ({
  use,
  baseUrl: use.startsWith('anthropic') ? provider.url : `${provider.url}/v1`,
  allowPrivateNetwork: true,
  credentials: [{ name: 'main', apiKey }],
  timeouts: { connectMs: 2_000, firstByteMs: 5_000, idleMs: 5_000, totalMs: 20_000 },
});
