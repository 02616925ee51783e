import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
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
import { Secret, systemClock, systemRandom } from '@turnpike/kernel';
import {
  ActiveCalls,
  CallObserver,
  RouteTurns,
  StreamKeepers,
  WaitingRoom,
  type PipelineDeps,
} from '@turnpike/pipeline';
import { openRedis } from '@turnpike/persistence/redis/open-redis';
import { PROVIDERS } from '@turnpike/provider';
import { SchemeAuthorizer } from '@turnpike/provider/auth/scheme-authorizer';
import { UndiciUpstream } from '@turnpike/provider/adapters/undici-upstream';
import { Hedges, localGates, RetryBudgets } from '@turnpike/routing';
import { Redis } from 'ioredis';
import OpenAI from 'openai';
import { buildSnapshot } from '../../../apps/gateway/src/build-snapshot';
import { createGatewayServer } from '../../../apps/gateway/src/gateway-server';
import { CallReader } from '../../../apps/gateway/src/http/call-reader';
import { registerDataPlane } from '../../../apps/gateway/src/http/data-plane';
import { openCallMemory } from '../../../apps/gateway/src/open-call-memory';
import { ListLedger } from '../gateway/open-data-plane';

/** `npm test` names the server it found; alone on a developer's machine the default local port is tried. */
export const REDIS_URL = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';

export const freshPrefix = (): string => `turnpike_test_${randomBytes(6).toString('hex')}:`;
export const freshSecret = (): string => randomBytes(32).toString('base64');

/** Runs `use` on the names below a prefix. */
async function withNames<T>(prefix: string, use: (redis: Redis, names: string[]) => Promise<T>): Promise<T> {
  const redis = new Redis(REDIS_URL);
  try {
    return await use(redis, await redis.keys(`${prefix}*`));
  } finally {
    redis.disconnect();
  }
}

/** Names and values below a prefix. */
export const readAll = (prefix: string): Promise<Map<string, Buffer>> =>
  withNames(prefix, async (redis, names) => {
    const found = new Map<string, Buffer>();
    for (const name of names) found.set(name, (await redis.getBuffer(name)) ?? Buffer.alloc(0));
    return found;
  });

/** How long each value below a prefix still has, in milliseconds. */
export const lifetimes = (prefix: string): Promise<number[]> =>
  withNames(prefix, (redis, names) => Promise.all(names.map((name) => redis.pttl(name))));

/** Changes every value below a prefix. */
export const changeAll = (prefix: string, change: (value: Buffer) => Buffer): Promise<void> =>
  withNames(prefix, async (redis, names) => {
    for (const name of names) {
      const value = await redis.getBuffer(name);
      if (value) await redis.set(name, change(value), 'KEEPTTL');
    }
  });

export const removeAll = (prefix: string): Promise<void> =>
  withNames(prefix, async (redis, names) => {
    if (names.length > 0) await redis.del(names);
  });

const PEPPER = 'a pepper for tests';

/** Two people with a key each, known to every gateway. */
export const KEYS = { ann: mintKey('developer'), bob: mintKey('developer') } as const;
export type Person = keyof typeof KEYS;

function authenticator(): CachedAuthenticator {
  const digest = createKeyDigest(PEPPER);
  const store = new MemoryKeyStore();
  for (const [name, key] of Object.entries(KEYS))
    store.put(digest(key), {
      keyId: `key-${name}`,
      last4: key.slice(-4),
      kind: 'developer',
      owner: { kind: 'person', id: name, label: `${name}@example.com` },
      projects: [],
      revoked: false,
    });
  return new CachedAuthenticator({ store, digest, accepts: ['developer'] });
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

  callStarted(): void {
    return;
  }

  callEnded(): void {
    return;
  }

  defect(error: unknown): void {
    this.defects.push(error);
  }
}

export interface GatewaySetting {
  readonly config: object;
  readonly secretKeys: readonly string[];
  /** Absent: the gateway remembers by itself. */
  readonly redis?: { readonly url: string; readonly prefix: string };
}

export interface TestGateway {
  readonly url: string;
  readonly deps: PipelineDeps;
  readonly ledger: ListLedger;
  readonly defects: readonly unknown[];
  /** What it logged, a line each. */
  readonly log: readonly string[];
  client(person?: Person): OpenAI;
  close(): Promise<void>;
}

/** A data plane as it is served: only keys, ledger and cooldowns are in memory. */
export async function openGateway(setting: GatewaySetting): Promise<TestGateway> {
  const snapshot = buildSnapshot(
    parseConfig(JSON.stringify(setting.config), { env: {}, definitions: PROVIDERS }),
  );
  const log: string[] = [];
  const write = (_fields: object, message: string): void => void log.push(message);
  const processLog = { error: write, warn: write };
  const redis = await openRedis(setting.redis && new Secret(setting.redis.url), processLog);
  const remembered = openCallMemory({
    secretKeys: setting.secretKeys,
    redis,
    ...(setting.redis && { redisPrefix: setting.redis.prefix }),
    log: processLog,
  });
  const ledger = new ListLedger();
  const observer = new DefectList();
  const upstream = new UndiciUpstream();
  const deps: PipelineDeps = {
    snapshot: () => snapshot,
    upstream,
    authorizer: new SchemeAuthorizer(),
    gates: localGates(systemRandom),
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
    memory: remembered.memory,
  };
  const server = createGatewayServer();
  const shapes = createEnvelopeShapes([]);
  await registerDataPlane(server, {
    authenticator: authenticator(),
    projects: new ProjectResolver(new MemoryProjectStore()),
    calls: new NoCalls(),
    deps,
    shapes: () => shapes,
    clock: systemClock,
    draining: () => false,
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  return {
    url,
    deps,
    ledger,
    defects: observer.defects,
    log,
    client: (person = 'ann') => new OpenAI({ apiKey: KEYS[person], baseURL: `${url}/v1`, maxRetries: 0 }),
    close: async () => {
      server.server.closeAllConnections();
      await server.close();
      await upstream.close();
      await remembered.close();
      await redis?.close();
    },
  };
}
