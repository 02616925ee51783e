import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Ledger, type CallEntry } from '@turnpike/billing';
import { parseConfig } from '@turnpike/config';
import { createEnvelopeShapes } from '@turnpike/dialects';
import {
  CachedAuthenticator,
  createKeyDigest,
  KeyStore,
  MemoryKeyStore,
  MemoryProjectStore,
  mintKey,
  ProjectResolver,
} from '@turnpike/identity';
import { systemClock, systemRandom, type Random } from '@turnpike/kernel';
import {
  ActiveCalls,
  CallObserver,
  quirkMembers,
  RouteTurns,
  StreamKeepers,
  WaitingRoom,
  type PipelineDeps,
} from '@turnpike/pipeline';
import { PROVIDERS } from '@turnpike/provider';
import { SchemeAuthorizer } from '@turnpike/provider/auth/scheme-authorizer';
import { UndiciUpstream } from '@turnpike/provider/adapters/undici-upstream';
import { Hedges, localGates, RetryBudgets } from '@turnpike/routing';
import type { FastifyInstance } from 'fastify';
import { buildSnapshot } from '../../../apps/gateway/src/build-snapshot';
import { createGatewayServer } from '../../../apps/gateway/src/gateway-server';
import { CallReader } from '../../../apps/gateway/src/http/call-reader';
import { registerDataPlane } from '../../../apps/gateway/src/http/data-plane';

export type UpstreamHandler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

/** A provider that does what a test says, byte by byte. */
export interface RawUpstream {
  readonly url: string;
  readonly port: number;
  handler: UpstreamHandler;
  /** Requests seen so far. */
  readonly seen: { readonly path: string; readonly body: Buffer; closed: boolean }[];
  readonly sockets: ReadonlySet<Socket>;
  close(): Promise<void>;
}

export async function openUpstream(handler: UpstreamHandler = () => undefined): Promise<RawUpstream> {
  const sockets = new Set<Socket>();
  const seen: RawUpstream['seen'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const entry = { path: request.url ?? '', body: Buffer.concat(chunks), closed: false };
      seen.push(entry);
      response.on('close', () => (entry.closed = true));
      upstream.handler(request, response, entry.body);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const upstream: RawUpstream = {
    url: `http://127.0.0.1:${port}`,
    port,
    handler,
    seen,
    sockets,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return upstream;
}

/** Keeps what it is given. */
export class ListLedger extends Ledger {
  readonly calls: CallEntry[] = [];

  record(call: CallEntry): void {
    this.calls.push(call);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

class NoCalls extends CallReader {
  find(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  answer(): Promise<void> {
    return Promise.resolve();
  }
}

class DefectList extends CallObserver {
  readonly defects: unknown[] = [];
  started = 0;
  ended = 0;

  callStarted(): void {
    this.started++;
  }

  callEnded(): void {
    this.ended++;
  }

  defect(error: unknown): void {
    this.defects.push(error);
  }
}

export interface DataPlaneFixture {
  readonly url: string;
  readonly port: number;
  readonly key: string;
  readonly server: FastifyInstance;
  readonly deps: PipelineDeps;
  readonly ledger: ListLedger;
  readonly observer: DefectList;
  readonly upstream: UndiciUpstream;
  /** Puts another configuration in force. */
  reload(config: object): void;
  setDraining(): void;
  close(): Promise<void>;
}

export interface FixtureOptions {
  /** Nothing is remembered of a target: tests of single failures do not add up. */
  readonly forgetful?: boolean;
  /** Default: the system's. */
  readonly random?: Random;
  /** Runs before each look-up of a key that is not cached. */
  readonly beforeKey?: () => Promise<void>;
  /** Who fetches media by URL; absent: nobody. */
  readonly media?: PipelineDeps['media'];
}

const snapshotOf = (config: object): ReturnType<typeof buildSnapshot> =>
  buildSnapshot(parseConfig(JSON.stringify(config), { env: {}, definitions: PROVIDERS }));

class SlowKeyStore extends KeyStore {
  constructor(
    private readonly inner: KeyStore,
    private readonly before: () => Promise<void>,
  ) {
    super();
  }

  override async findByDigest(digest: Buffer): ReturnType<KeyStore['findByDigest']> {
    await this.before();
    return this.inner.findByDigest(digest);
  }
}

function createKeys(before: () => Promise<void>): { key: string; authenticator: CachedAuthenticator } {
  const digest = createKeyDigest('a pepper for tests');
  const key = mintKey('developer');
  const store = new MemoryKeyStore();
  store.put(digest(key), {
    keyId: 'k1',
    last4: key.slice(-4),
    kind: 'developer',
    owner: { kind: 'person', id: 'p1', label: 'dev@example.com' },
    projects: [{ id: 'x1', slug: 'web' }],
    revoked: false,
  });
  return {
    key,
    authenticator: new CachedAuthenticator({
      store: new SlowKeyStore(store, before),
      digest,
      accepts: ['developer'],
    }),
  };
}

/** The data plane as it is served, with its stores in memory. */
export async function openDataPlane(config: object, options: FixtureOptions = {}): Promise<DataPlaneFixture> {
  let snapshot = snapshotOf(config);
  let draining = false;
  const ledger = new ListLedger();
  const observer = new DefectList();
  const upstream = new UndiciUpstream();
  const gates = localGates(systemRandom);
  const retries = new RetryBudgets();
  const deps: PipelineDeps = {
    snapshot: () => snapshot,
    upstream,
    authorizer: new SchemeAuthorizer(),
    get gates() {
      return options.forgetful ? localGates(systemRandom) : gates;
    },
    get retries() {
      return options.forgetful ? new RetryBudgets() : retries;
    },
    hedges: new Hedges(),
    waiting: new WaitingRoom(systemClock, 100),
    ledger,
    observer,
    clock: systemClock,
    random: options.random ?? systemRandom,
    turns: new RouteTurns(),
    active: new ActiveCalls(),
    keepers: new StreamKeepers(),
    media: options.media,
  };
  const server = createGatewayServer();
  const shapes = createEnvelopeShapes(quirkMembers(Object.values(PROVIDERS)));
  const { key, authenticator } = createKeys(options.beforeKey ?? (() => Promise.resolve()));
  await registerDataPlane(server, {
    authenticator,
    projects: new ProjectResolver(new MemoryProjectStore()),
    calls: new NoCalls(),
    deps,
    shapes: () => shapes,
    clock: systemClock,
    draining: () => draining,
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    key,
    server,
    deps,
    ledger,
    observer,
    upstream,
    reload: (next) => (snapshot = snapshotOf(next)),
    setDraining: () => (draining = true),
    close: async () => {
      server.server.closeAllConnections();
      await server.close();
      await upstream.close();
    },
  };
}

/** Configuration of one alias `m` over the given upstreams, all of one dialect. */
export function configOf(
  urls: readonly string[],
  over: {
    readonly use?: string;
    readonly resilience?: object;
    readonly timeouts?: object;
    readonly model?: object;
    readonly models?: object;
  } = {},
): object {
  const use = over.use ?? 'openai-compatible';
  const providers = urls.map((url, i): [string, object] => [
    `p${i + 1}`,
    {
      use,
      baseUrl: use === 'openai-compatible' ? `${url}/v1` : url,
      allowPrivateNetwork: true,
      credentials: [{ name: 'c', apiKey: `secret-${i + 1}` }],
      timeouts: { connectMs: 1000, firstByteMs: 2000, idleMs: 1000, totalMs: 10_000, ...over.timeouts },
    },
  ]);
  const targets = urls.map((_, i) => ({ provider: `p${i + 1}`, model: `m${i + 1}` }));
  const prices = urls.map((_, i) => ({
    provider: `p${i + 1}`,
    model: `m${i + 1}`,
    inputPerMTok: '1',
    outputPerMTok: '2',
  }));
  return {
    providers: Object.fromEntries(providers),
    models: { m: { strategy: 'priority', targets, ...over.model }, ...over.models },
    passthrough: { enabled: true },
    prices: { overrides: prices },
    resilience: { maxAttempts: 3, deadlineMs: 20_000, clientAbort: { drainMs: 200 }, ...over.resilience },
  };
}
