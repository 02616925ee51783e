import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { LimitBook } from './limits/limit-book';
import type { LimitPool, LimitPoolOptions } from './limits/limit-pool';
import { readLimits } from './limits/read-limits';
import { TokenBook } from './operations/tokens/token-book';
import { KeptResponses } from './responses/kept-responses';
import { answerRequest } from './serve/answer-request';
import { Journal } from './serve/journal';
import type { ProviderState } from './serve/provider-state';
import { readRules, ScriptBook } from './script/script-book';

export type { JournalEntry } from './serve/journal';
export { Journal } from './serve/journal';
export type { LimitPool, LimitPoolOptions } from './limits/limit-pool';
export { ScriptError } from './script/read-plan';
export { packVector, scoreOf, vectorOf } from './operations/deterministic';
export { dimensionsOf } from './operations/embeddings/dimensions';
export { imageOf } from './operations/media/images';
export { audioOf } from './operations/media/speech';
export { transcriptOf } from './operations/media/transcriptions';

export interface MockUpstreamOptions {
  /** 0 (default) takes a free port. */
  readonly port?: number;
  readonly host?: string;
  /** How directives and the journal call this instance. */
  readonly name?: string;
  /** Credentials that are taken; without it any, or none. */
  readonly credentials?: readonly string[];
  /** Secret by access key: who may sign requests to Bedrock. */
  readonly awsSecrets?: Readonly<Record<string, string>>;
  /** Public key (PEM) by service account, and secret by application: where there are any, no other gets a token. */
  readonly googleKeys?: Readonly<Record<string, string>>;
  readonly entraSecrets?: Readonly<Record<string, string>>;
  readonly models?: readonly string[];
  /** Rules in the form of the control endpoint. */
  readonly rules?: unknown;
  /** Limits that credentials share, each pool full at first. */
  readonly limits?: readonly LimitPoolOptions[];
  /** Serve `/__mock/...` (default); a provider that ships to users does not. */
  readonly control?: boolean;
  /** Requests that the journal keeps; 0 keeps none, as does a provider without control endpoint unless told. */
  readonly journalLimit?: number;
  readonly maxBodyBytes?: number;
  /** Pause between words of the demo answer, in milliseconds. */
  readonly paceMs?: number;
}

export interface MockUpstream {
  readonly url: string;
  readonly port: number;
  readonly journal: Journal;
  /** Replaces the rules. @throws ScriptError */
  script(rules: unknown): void;
  /** Replaces the limits by pools that are full. @throws ScriptError */
  limit(pools: unknown): void;
  /** Pools in force, with what they let through and refused. */
  readonly pools: () => readonly LimitPool[];
  /** Stops listening; answers under way have 150 ms to end before their connections are cut. */
  close(): Promise<void>;
}

const CLOSE_GRACE_MS = 150;

const DEFAULTS = {
  port: 0,
  host: '127.0.0.1',
  name: 'mock',
  control: true,
  models: ['demo', 'demo-large'],
  googleKeys: {},
  entraSecrets: {},
  awsSecrets: { AKIDMOCKUPSTREAM: 'mock-upstream-secret' },
  journalLimit: 10_000,
  maxBodyBytes: 64 * 1024 * 1024,
  paceMs: 12,
};

/** A server for that provider, and the connections that are open. */
function buildServer(state: ProviderState): { server: Server; sockets: ReadonlySet<Socket> } {
  const sockets = new Set<Socket>();
  const server = createServer(
    { requestTimeout: 0, headersTimeout: 0, maxHeaderSize: 65_536 },
    (request, response) => {
      answerRequest(state, request, response).catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
        response.end(`mock upstream failed: ${String(error)}`);
      });
    },
  );
  server.keepAliveTimeout = 30_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  return { server, sockets };
}

const closeServer = (server: Server, sockets: ReadonlySet<Socket>): Promise<void> =>
  new Promise((resolve) => {
    const hurry = setTimeout(() => sockets.forEach((socket) => socket.destroy()), CLOSE_GRACE_MS);
    server.close(() => {
      clearTimeout(hurry);
      resolve();
    });
    server.closeIdleConnections();
  });

/** Starts a scripted provider that speaks every dialect of the gateway's upstreams on one port. */
export async function createMockUpstream(options: MockUpstreamOptions = {}): Promise<MockUpstream> {
  const settings = {
    ...DEFAULTS,
    journalLimit: options.control === false ? 0 : DEFAULTS.journalLimit,
    ...options,
  };
  const book = new ScriptBook();
  if (options.rules !== undefined) book.setRules(readRules(options.rules));
  const limits = new LimitBook();
  const limit = (pools: unknown): void => limits.setPools(readLimits(pools), Date.now());
  if (options.limits !== undefined) limit(options.limits);
  let port = settings.port;
  const { credentials } = options;
  const state: ProviderState = {
    ...settings,
    credentials,
    book,
    limits,
    journal: new Journal(settings.journalLimit),
    kept: new KeptResponses(),
    tokens: new TokenBook(),
    port: () => port,
  };
  const { server, sockets } = buildServer(state);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, settings.host, resolve);
  });
  port = (server.address() as AddressInfo).port;
  return {
    url: `http://${settings.host}:${port}`,
    port,
    journal: state.journal,
    script: (rules) => book.setRules(readRules(rules)),
    limit,
    pools: () => limits.pools,
    close: () => closeServer(server, sockets),
  };
}
