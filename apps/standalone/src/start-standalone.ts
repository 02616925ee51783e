import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Pool } from 'pg';
import { createAdminApp, type AdminApp } from '../../admin/src/admin-app';
import { ensureBootstrapAdmin } from '../../admin/src/bootstrap/ensure-bootstrap-admin';
import { ensureStandaloneKeys, standaloneKeysFile } from '../../admin/src/bootstrap/ensure-standalone-keys';
import { ReportsModule } from '../../admin/src/reports/reports.module';
import { configuredProviders } from '../../admin/src/routing-state/configured-providers';
import type { SeenGroups } from '../../admin/src/routing-state/routing-state';
import { RoutingStateModule } from '../../admin/src/routing-state/routing-state.module';
import { startDataPlane } from '../../gateway/src/start-data-plane';
import { createMockUpstream, type MockUpstream } from '../../mock-upstream/src/mock-upstream';
import { startWorker } from '../../worker/src/start-worker';
import {
  demoConfig,
  FileConfigSource,
  FixedConfigSource,
  type ConfigSource,
  type Environment,
} from '@turnpike/config';
import { KeyChanges } from '@turnpike/identity';
import {
  createPgPool,
  findMigrations,
  runMigrations,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '@turnpike/persistence';
import { PROVIDERS } from '@turnpike/provider';
import {
  createMetricsRegistry,
  OpsServer,
  PolledCheck,
  type Logger,
  type ProcessLog,
  type ServingProcess,
} from '@turnpike/telemetry';
import { renderJson, renderText } from './announce';
import { ensureSecrets } from './secrets-file';
import { StopList } from './stop-list';

/** Calls under way get this long at a stop; the rest of the 10 s belongs to the ledger and the database. */
const DRAIN_MS = 6_000;

/** The database that this process runs on: the one given, else the embedded one. */
async function openDatabase(env: Environment, stops: StopList, log: Logger): Promise<Pool> {
  const onCrash = (reason: string): void => {
    log.fatal({}, reason);
    process.kill(process.pid, 'SIGTERM');
  };
  const embedded: EmbeddedPostgres | undefined =
    env.databaseUrl === undefined
      ? await startEmbeddedPostgres({ dataDir: env.dataDir, onCrash })
      : undefined;
  if (embedded) stops.add(() => embedded.stop());
  const connectionString = embedded?.connectionString ?? env.databaseUrl?.reveal() ?? '';
  await runMigrations({ connectionString, directory: findMigrations() });
  const pool = createPgPool(connectionString, {
    max: 20,
    onIdleError: (error) => log.warn({ err: error }, 'an idle database connection was lost'),
  });
  stops.add(() => pool.end());
  return pool;
}

/** The file that the environment names, else the built-in demo with its provider. */
async function openConfig(env: Environment, stops: StopList): Promise<ConfigSource> {
  const config: ConfigSource =
    env.configFile === undefined
      ? new FixedConfigSource(demoConfig((await openDemo(stops)).url))
      : FileConfigSource.open(env.configFile, { env: env.variables, definitions: PROVIDERS });
  stops.add(() => Promise.resolve(config.close()));
  return config;
}

async function openDemo(stops: StopList): Promise<MockUpstream> {
  const demo = await createMockUpstream({ name: 'demo', control: false });
  stops.add(() => demo.close());
  return demo;
}

/** Starts everything in order; whatever was started is stopped again, in reverse, when a later part fails. */
export async function startStandalone(
  env: Environment,
  { log, access }: ProcessLog,
): Promise<ServingProcess> {
  const startedAt = performance.now();
  const stops = new StopList();
  try {
    await mkdir(env.dataDir, { recursive: true });
    const config = await openConfig(env, stops);
    const pool = await openDatabase(env, stops, log);
    const { pepper, secretKeys } = await ensureSecrets(env.dataDir, {
      pepper: env.keyPepper?.reveal(),
      secretKeys: env.secretKeys.map((key) => key.reveal()),
    });
    const keys = await ensureStandaloneKeys({ pool, pepper }, env.dataDir);
    if (env.adminKey) await ensureBootstrapAdmin({ pool, pepper }, env.adminKey.reveal());
    const worker = await startWorker({ pool, log, dataDir: env.dataDir });
    stops.add(() => worker.stop());
    const registry = createMetricsRegistry();
    const ops = await openOps(env, registry, pool, stops);
    const changes = new KeyChanges();
    const gateway = await startDataPlane({
      pool,
      pepper,
      config,
      log,
      access,
      registry,
      changes,
      memory: { secretKeys },
      redisUrl: env.redisUrl,
      host: env.host,
      port: env.port,
      spoolFile: path.join(env.dataDir, 'ledger-spool.jsonl'),
    });
    stops.add(() => gateway.stop(DRAIN_MS));
    const admin = await openAdmin(
      { env, config, pool, pepper, changes, log, priceVersion: gateway.priceVersion, groups: gateway.groups },
      stops,
    );
    ops.server.markStarted();
    announce(env, {
      gateway: gateway.url,
      admin: admin.url,
      ops: ops.url,
      keys,
      config,
      ms: Math.round(performance.now() - startedAt),
    });
    return {
      stop: async () => {
        ops.server.startDraining();
        await stops.run();
      },
    };
  } catch (error) {
    await stops.run();
    throw error;
  }
}

async function openOps(
  env: Environment,
  registry: ReturnType<typeof createMetricsRegistry>,
  pool: Pool,
  stops: StopList,
): Promise<{ server: OpsServer; url: string }> {
  const server = new OpsServer({ host: env.host, port: env.opsPort, registry });
  const database = new PolledCheck(() => pool.query('select 1'));
  await database.start();
  server.addCheck('postgres', () => database.state);
  const port = await server.listen();
  stops.add(async () => {
    database.stop();
    await server.close();
  });
  return { server, url: `http://${env.host}:${port}` };
}

interface AdminParts {
  readonly env: Environment;
  readonly config: ConfigSource;
  readonly pool: Pool;
  readonly pepper: string;
  readonly changes: KeyChanges;
  readonly log: Logger;
  /** Names the prices in force. */
  readonly priceVersion: () => string;
  /** The gateway's own: what it knows is what is shown. */
  readonly groups: SeenGroups;
}

async function openAdmin(parts: AdminParts, stops: StopList): Promise<{ url: string }> {
  const { env, config, pool, pepper, changes, log, groups } = parts;
  const admin: AdminApp = await createAdminApp({
    pool,
    pepper,
    changes,
    log,
    host: env.host,
    port: env.adminPort,
    modules: [
      ReportsModule.with({ pool, priceVersion: parts.priceVersion }),
      RoutingStateModule.with({ groups, providers: () => configuredProviders(config) }),
    ],
  });
  stops.add(() => admin.close());
  return { url: await admin.listen() };
}

interface Started {
  readonly gateway: string;
  readonly admin: string;
  readonly ops: string;
  readonly keys: { readonly adminKey: string; readonly developerKey: string; readonly created: boolean };
  readonly config: ConfigSource;
  readonly ms: number;
}

function announce(env: Environment, { keys, config, ...rest }: Started): void {
  const model = [...config.current().models.keys()].find((name) => !name.includes('*')) ?? 'demo';
  const facts = {
    ...rest,
    adminKey: keys.adminKey,
    developerKey: keys.developerKey,
    firstStart: keys.created,
    keyFile: standaloneKeysFile(env.dataDir),
    model,
  };
  process.stdout.write(env.logFormat === 'json' ? `${renderJson(facts)}\n` : `${renderText(facts)}\n`);
}
