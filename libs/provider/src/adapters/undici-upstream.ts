import { isIP } from 'node:net';
import { buildConnector, Pool, type Dispatcher } from 'undici';
import type { Provider } from '../domain/target';
import { Upstream, type UpstreamCall, type UpstreamRequest, type UpstreamSink } from '../domain/upstream';
import { AddressDenied, createGuardedLookup, denyReason } from './address-guard';
import { UndiciExchange } from './undici-exchange';

/** A stream holds its connection for minutes; the limit is a fuse, not a queue. */
const CONNECTIONS_PER_POOL = 4096;
const KEEP_ALIVE_MS = 30_000;
const KEEP_ALIVE_MAX_MS = 120_000;
/** How often pools without a connection are closed: those of providers that a reload has taken away. */
const SWEEP_MS = 300_000;
/** An upstream that needs more header bytes than this is broken. */
const MAX_HEADER_BYTES = 64 * 1024;

/**
 * One pool per (origin, credential): bytes of one account never share a socket with another's. Redirects are never
 * followed, proxies of the environment are not used, and every address is checked where the socket is opened.
 */
export class UndiciUpstream extends Upstream {
  private readonly pools = new WeakMap<Provider, Map<string, Pool>>();
  private readonly open = new Map<Pool, () => void>();
  private sweeper: NodeJS.Timeout | undefined;

  constructor(private readonly sweepMs = SWEEP_MS) {
    super();
  }

  /** Pools that are kept at the moment. */
  get size(): number {
    return this.open.size;
  }

  dispatch(request: UpstreamRequest, sink: UpstreamSink): UpstreamCall {
    const exchange = new UndiciExchange(request, sink);
    try {
      const options: Dispatcher.DispatchOptions = {
        path: request.path,
        method: request.method,
        headers: request.headers,
        // Its types leave out what its code takes: anything that can be iterated over.
        body: exchange.body as Dispatcher.DispatchOptions['body'],
      };
      this.poolFor(request.provider, request.credentialId).dispatch(options, exchange);
    } catch (error) {
      exchange.failBeforeDispatch(error);
    }
    return exchange;
  }

  async close(): Promise<void> {
    clearInterval(this.sweeper);
    this.sweeper = undefined;
    const pools = [...this.open.keys()];
    for (const forget of this.open.values()) forget();
    this.open.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  private poolFor(provider: Provider, credentialId: string): Pool {
    let pools = this.pools.get(provider);
    if (!pools) this.pools.set(provider, (pools = new Map<string, Pool>()));
    const known = pools.get(credentialId);
    if (known) return known;
    const pool = createPool(provider);
    const mine = pools.set(credentialId, pool);
    this.open.set(pool, () => mine.delete(credentialId));
    this.sweeper ??= setInterval(() => this.sweep(), this.sweepMs).unref();
    return pool;
  }

  /** A pool that is asked for again is made again: nobody has to say which providers are still configured. */
  private sweep(): void {
    for (const [pool, forget] of this.open) {
      const { connected, size } = pool.stats;
      if (connected > 0 || size > 0) continue;
      forget();
      this.open.delete(pool);
      pool.close().catch(() => undefined);
    }
  }
}

function createPool(provider: Provider): Pool {
  const { allowPrivateNetwork } = provider;
  const connect = buildConnector({
    timeout: provider.timeouts.connectMs,
    lookup: createGuardedLookup(allowPrivateNetwork),
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
  });
  return new Pool(provider.origin, {
    connections: CONNECTIONS_PER_POOL,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
    // Our own clock watches first byte, gaps and the deadline: two clocks would disagree.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: MAX_HEADER_BYTES,
    connect: (options, callback) => {
      // A literal address never reaches the resolver, so it is checked here.
      const host = options.hostname.replace(/^\[|\]$/g, '');
      const reason = isIP(host) ? denyReason(host, allowPrivateNetwork) : undefined;
      if (reason) callback(new AddressDenied(host, reason), null);
      else connect(options, callback);
    },
  });
}
