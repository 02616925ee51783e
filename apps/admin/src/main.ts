import { CataloguePriceBook } from '@turnpike/billing/catalogue/catalogue-price-book';
import { FileConfigSource, readEnvironment, type ConfigSource, type Environment } from '@turnpike/config';
import { KeyChanges } from '@turnpike/identity';
import { createPgPool } from '@turnpike/persistence/pg-pool';
import { openRedis } from '@turnpike/persistence/redis/open-redis';
import { PROVIDERS } from '@turnpike/provider';
import {
  createLogger,
  createMetricsRegistry,
  OpsServer,
  PolledCheck,
  runProcess,
  type Logger,
  type ServingProcess,
} from '@turnpike/telemetry';
import type { Pool } from 'pg';
import { createAdminApp } from './admin-app';
import { ensureBootstrapAdmin } from './bootstrap/ensure-bootstrap-admin';
import { ReportsModule } from './reports/reports.module';
import { configuredProviders } from './routing-state/configured-providers';
import { openSeenGroups } from './routing-state/open-seen-groups';
import { RoutingStateModule } from './routing-state/routing-state.module';

const STOP_LIMIT_MS = 20_000;
const MAX_CONNECTIONS = 10;

/** The control plane alone; as many replicas as wanted. */
export async function main(argv: readonly string[]): Promise<void> {
  const complain = (sentence: string): void => void process.stderr.write(`turnpike admin: ${sentence}\n`);
  const start = (): Promise<ServingProcess> => {
    const env = readEnvironment({ process: 'admin', argv });
    return startAdmin(env, createLogger({ level: env.logLevel, format: env.logFormat, service: 'admin' }));
  };
  await runProcess(start, { stopLimitMs: STOP_LIMIT_MS, complain });
}

/** Starts everything in order; a part that fails ends the process, and with it the parts before. */
async function startAdmin(env: Environment, log: Logger): Promise<ServingProcess> {
  const { host } = env;
  const pepper = env.keyPepper?.reveal() ?? '';
  const config = openConfig(env);
  const onIdleError = (err: Error): void => log.warn({ err }, 'an idle database connection was lost');
  const pool = createPgPool(env.databaseUrl?.reveal() ?? '', { max: MAX_CONNECTIONS, onIdleError });
  const { ops, database } = await openOps(env, pool, log);
  await ensureBootstrapAdmin({ pool, pepper }, env.adminKey?.reveal() ?? '');
  const redis = await openRedis(env.redisUrl, log);
  const groups = openSeenGroups(redis);
  const modules = [
    ReportsModule.with({ pool, priceVersion: watchPriceVersion(config) }),
    RoutingStateModule.with({ groups, providers: () => configuredProviders(config) }),
  ];
  const changes = new KeyChanges();
  const app = await createAdminApp({ pool, pepper, changes, log, host, port: env.adminPort, modules });
  const url = await app.listen();
  ops.markStarted();
  log.info({ url }, 'Turnpike is ready');
  return {
    stop: async () => {
      ops.startDraining();
      await app.close();
      database.stop();
      config?.close();
      await groups?.store.close();
      await redis?.close();
      await pool.end();
      await ops.close();
    },
  };
}

async function openOps(env: Environment, pool: Pool, log: Logger) {
  const ops = new OpsServer({ host: env.host, port: env.opsPort, registry: createMetricsRegistry() });
  const database = new PolledCheck(() => pool.query('SELECT 1'), {
    onChange: ({ ok }) => log.warn({ ok }, 'the database changed its state'),
  });
  await database.start();
  ops.addCheck('postgres', () => database.state);
  await ops.listen();
  return { ops, database };
}

/** The control plane needs the file for the prices that reports name and for limits; it runs without one. */
const openConfig = ({ configFile, variables }: Environment): ConfigSource | undefined =>
  configFile === undefined
    ? undefined
    : FileConfigSource.open(configFile, { env: variables, definitions: PROVIDERS });

/** The version of the prices in force, also after the file has changed. */
function watchPriceVersion(config: ConfigSource | undefined): () => string {
  const read = (): string => {
    const overrides = config?.current().prices.overrides ?? [];
    return new CataloguePriceBook({ overrides }).version;
  };
  let version = read();
  config?.onChange(() => (version = read()));
  return () => version;
}

if (require.main === module) void main(process.argv.slice(2));
