import { Ledger, type CallEntry } from '@turnpike/billing';
import { parseConfig } from '@turnpike/config';
import { createEnvelopeShapes } from '@turnpike/dialects';
import {
  CachedAuthenticator,
  createKeyDigest,
  MemoryKeyStore,
  MemoryProjectStore,
  mintKey,
  ProjectResolver,
} from '@turnpike/identity';
import { systemClock, systemRandom } from '@turnpike/kernel';
import {
  ActiveCalls,
  CallObserver,
  RouteTurns,
  StreamKeepers,
  WaitingRoom,
  type PipelineDeps,
} from '@turnpike/pipeline';
import { MediaFetcher, PROVIDERS, type FetchedMedia, type ProviderId } from '@turnpike/provider';
import type { SettingRule } from '@turnpike/provider/domain/definition';
import { SchemeAuthorizer } from '@turnpike/provider/auth/scheme-authorizer';
import { UndiciUpstream } from '@turnpike/provider/adapters/undici-upstream';
import { Hedges, localGates, RetryBudgets } from '@turnpike/routing';
import { buildSnapshot } from '../../apps/gateway/src/build-snapshot';
import { createGatewayServer } from '../../apps/gateway/src/gateway-server';
import { CallReader } from '../../apps/gateway/src/http/call-reader';
import { registerDataPlane } from '../../apps/gateway/src/http/data-plane';
import { providerName, SERVING_PAIRS, type ServingPair } from './serving-pairs';

const PEPPER = 'recordings are no secret';
const SECRET = 'the key of a recorded provider';

/** Keeps a call's entry until it is asked for. */
class EntryShelf extends Ledger {
  private readonly entries = new Map<string, CallEntry>();

  record(call: CallEntry): void {
    this.entries.set(call.requestId, call);
  }

  take(requestId: string): CallEntry | undefined {
    const entry = this.entries.get(requestId);
    this.entries.delete(requestId);
    return entry;
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** An image of one pixel stands behind every URL: nothing is asked of the network. */
class OnePixel extends MediaFetcher {
  private readonly bytes = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );

  fetch(): Promise<FetchedMedia> {
    return Promise.resolve({ bytes: this.bytes, contentType: 'image/png' });
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

class DefectObserver extends CallObserver {
  readonly defects: unknown[] = [];

  callStarted(): void {
    return undefined;
  }

  callEnded(): void {
    return undefined;
  }

  defect(error: unknown): void {
    this.defects.push(error);
  }
}

/** One configured provider that leads to `url`; what its definition needs and has no default for is made up. */
function providerAt(url: string, { provider, dialect }: ServingPair): object {
  const definition = PROVIDERS[provider as ProviderId];
  const settings = Object.entries<SettingRule>(definition.settings ?? {})
    .filter(([, rule]) => rule.default === undefined && rule.optional !== true)
    .map(([name]): [string, string] => [name, name === 'region' ? 'us-east-1' : 'replay']);
  return {
    use: provider,
    ...(dialect === definition.dialect ? {} : { dialect }),
    ...Object.fromEntries(settings),
    baseUrl: url,
    allowPrivateNetwork: true,
    credentials: [{ name: 'recorded', apiKey: SECRET }],
    timeouts: { connectMs: 10_000, firstByteMs: 45_000, idleMs: 45_000, totalMs: 60_000 },
  };
}

const providersAt = (url: string): Record<string, object> =>
  Object.fromEntries(SERVING_PAIRS.map((pair) => [providerName(pair), providerAt(url, pair)]));

export interface ReplayGateway {
  readonly url: string;
  readonly key: string;
  /** Exceptions of ours that calls survived, since the last time this was asked. */
  takeDefects(): unknown[];
  /** What a call was booked at; once. */
  takeEntry(requestId: string): CallEntry | undefined;
  close(): Promise<void>;
}

function createKey(): { key: string; authenticator: CachedAuthenticator } {
  const digest = createKeyDigest(PEPPER);
  const key = mintKey('developer');
  const store = new MemoryKeyStore();
  store.put(digest(key), {
    keyId: 'replay',
    last4: key.slice(-4),
    kind: 'developer',
    owner: { kind: 'person', id: 'replay', label: 'replay@example.com' },
    projects: [],
    revoked: false,
  });
  return { key, authenticator: new CachedAuthenticator({ store, digest, accepts: ['developer'] }) };
}

/** The data plane as it is served, its stores in memory, every definition leading to `upstreamUrl`. */
export async function openGateway(upstreamUrl: string): Promise<ReplayGateway> {
  const config = {
    providers: providersAt(upstreamUrl),
    passthrough: { enabled: true },
    unpriced: 'allow',
    resilience: { maxAttempts: 1, deadlineMs: 60_000 },
  };
  const snapshot = buildSnapshot(parseConfig(JSON.stringify(config), { env: {}, definitions: PROVIDERS }));
  const ledger = new EntryShelf();
  const observer = new DefectObserver();
  const upstream = new UndiciUpstream();
  const deps: PipelineDeps = {
    snapshot: () => snapshot,
    upstream,
    authorizer: new SchemeAuthorizer(),
    media: new OnePixel(),
    // Exchanges are strangers to each other: what one provider refused, another is still asked.
    get gates() {
      return localGates(systemRandom);
    },
    retries: new RetryBudgets(),
    hedges: new Hedges(),
    waiting: new WaitingRoom(systemClock, 100),
    ledger,
    observer,
    clock: systemClock,
    random: systemRandom,
    turns: new RouteTurns(),
    active: new ActiveCalls(),
    keepers: new StreamKeepers(),
  };
  const server = createGatewayServer();
  const shapes = createEnvelopeShapes(
    Object.values(PROVIDERS).flatMap(({ quirks }) => [
      ...(quirks?.removeMembers ?? []),
      ...(quirks?.routingMembers ?? []),
    ]),
  );
  const { key, authenticator } = createKey();
  await registerDataPlane(server, {
    authenticator,
    projects: new ProjectResolver(new MemoryProjectStore()),
    calls: new NoCalls(),
    deps,
    shapes: () => shapes,
    clock: systemClock,
    draining: () => false,
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    key,
    takeDefects: () => observer.defects.splice(0),
    takeEntry: (requestId) => ledger.take(requestId),
    close: async () => {
      server.server.closeAllConnections();
      await server.close();
      await upstream.close();
    },
  };
}
