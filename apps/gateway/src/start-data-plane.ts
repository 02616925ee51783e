import type { Pool } from 'pg';
import { PgLedger } from '@turnpike/billing/adapters/pg-ledger';
import type { ConfigSource } from '@turnpike/config';
import type { KeyChanges } from '@turnpike/identity';
import type { Secret } from '@turnpike/kernel';
import { openRedis } from '@turnpike/persistence/redis/open-redis';
import type { GroupStore } from '@turnpike/routing';
import {
  createCallMetrics,
  createHttpMetrics,
  createReloadMetric,
  watchLedger,
  type AccessLog,
  type Logger,
} from '@turnpike/telemetry';
import type { Registry } from 'prom-client';
import { buildSnapshot } from './build-snapshot';
import { CallTelemetry } from './call-telemetry';
import { createGatewayApp } from './gateway-app';
import { openCallMemory, type CallMemoryOptions } from './open-call-memory';
import { openSessionPlaces } from './open-session-places';
import { openTargetGates } from './open-target-gates';

export interface DataPlaneOptions {
  readonly pool: Pool;
  readonly pepper: string;
  readonly config: ConfigSource;
  readonly log: Logger;
  readonly access: AccessLog;
  readonly registry: Registry;
  readonly host: string;
  readonly port: number;
  readonly changes?: KeyChanges;
  /** Where ledger entries wait that the database did not take. */
  readonly spoolFile?: string;
  /** Where calls leave what later ones need. */
  readonly memory: Omit<CallMemoryOptions, 'log' | 'redis'>;
  /** What replicas share is kept there; without it this process is alone. */
  readonly redisUrl: Secret | undefined;
}

export interface RunningDataPlane {
  readonly url: string;
  readonly inFlight: () => number;
  /** Names the prices in force. */
  readonly priceVersion: () => string;
  /** What is known of quota groups, and whether that is what all replicas know. */
  readonly groups: { readonly store: GroupStore; readonly answers: () => boolean };
  /** Waits for calls under way, ends what is left after `limitMs`, writes the ledger out. */
  stop(limitMs: number): Promise<void>;
}

/** The data plane of a process: snapshot of the configuration, ledger, telemetry, routes. */
export async function startDataPlane(options: DataPlaneOptions): Promise<RunningDataPlane> {
  const { config, log, pool } = options;
  let snapshot = buildSnapshot(config.current());
  const reloaded = createReloadMetric(options.registry);
  const unwatch = [
    config.onChange((next) => {
      snapshot = buildSnapshot(next);
      reloaded(true);
      log.info('the new configuration is in force');
    }),
    config.onError((error) => {
      reloaded(false);
      log.error(
        { problems: error.problems },
        'the configuration file is wrong: the last good one stays in force',
      );
    }),
  ];
  const ledger = new PgLedger(pool, {
    ...(options.spoolFile === undefined ? {} : { spoolFile: options.spoolFile }),
    log,
  });
  watchLedger(options.registry, {
    lagMs: () => ledger.stats.lagMs,
    depth: () => ledger.stats.queuedCalls,
  });
  const metrics = createCallMetrics(options.registry, {
    isKnownModel: (model) => config.current().models.has(model),
  });
  const redis = await openRedis(options.redisUrl, log);
  const memory = openCallMemory({ ...options.memory, redis, log });
  const places = openSessionPlaces(redis);
  const gates = openTargetGates({
    snapshot: () => snapshot,
    redis,
    decisionLimitMs: config.current().resilience.stateDeadlineMs,
    log,
  });
  const app = await createGatewayApp({
    pool,
    pepper: options.pepper,
    ledger,
    log,
    snapshot: () => snapshot,
    memory: memory.memory,
    sessions: places.sessions,
    gates: gates.gates,
    observer: new CallTelemetry(metrics, log, options.access),
    countAnswer: createHttpMetrics(options.registry),
    host: options.host,
    port: options.port,
    ...(options.changes ? { changes: options.changes } : {}),
  });
  const stop = async (limitMs: number): Promise<void> => {
    for (const end of unwatch) end();
    try {
      await app.close(limitMs);
    } finally {
      // Whatever went wrong with the calls: what they cost is written.
      await ledger.close();
      await memory.close();
      await gates.close();
      await places.close();
      await redis?.close();
    }
  };
  try {
    return {
      url: await app.listen(),
      inFlight: app.inFlight,
      priceVersion: () => snapshot.prices.version,
      groups: { store: gates.store, answers: () => redis?.usable ?? true },
      stop,
    };
  } catch (error) {
    await stop(0);
    throw error;
  }
}
