import path from 'node:path';
import { FileConfigSource, readEnvironment, type Environment } from '@turnpike/config';
import { createPgPool } from '@turnpike/persistence';
import { PROVIDERS } from '@turnpike/provider';
import {
  createProcessLog,
  createMetricsRegistry,
  OpsServer,
  PolledCheck,
  runProcess,
  type ProcessLog,
  type ServingProcess,
} from '@turnpike/telemetry';
import { startDataPlane } from './start-data-plane';

/** Streams of agents run for minutes; an orchestrator's grace period is set longer than this. */
const DRAIN_MS = 600_000;
const STOP_LIMIT_MS = DRAIN_MS + 30_000;

/** The data plane alone: many replicas of this run beside each other. */
export async function main(argv: readonly string[]): Promise<void> {
  const complain = (sentence: string): void => void process.stderr.write(`turnpike gateway: ${sentence}\n`);
  const start = (): Promise<ServingProcess> => {
    const env = readEnvironment({ process: 'gateway', argv });
    return startGateway(
      env,
      createProcessLog({ level: env.logLevel, format: env.logFormat, service: 'gateway' }),
    );
  };
  await runProcess(start, { stopLimitMs: STOP_LIMIT_MS, complain });
}

async function startGateway(env: Environment, { log, access }: ProcessLog): Promise<ServingProcess> {
  const config = FileConfigSource.open(env.configFile ?? 'turnpike.yaml', {
    env: env.variables,
    definitions: PROVIDERS,
  });
  const pool = createPgPool(env.databaseUrl?.reveal() ?? '', {
    max: 10,
    onIdleError: (error) => log.warn({ err: error }, 'an idle database connection was lost'),
  });
  const registry = createMetricsRegistry();
  const ops = new OpsServer({ host: env.host, port: env.opsPort, registry });
  const database = new PolledCheck(() => pool.query('select 1'), {
    onChange: ({ ok }) => log.warn({ ok }, 'the database changed its state'),
  });
  await database.start();
  ops.addCheck('postgres', () => database.state);
  await ops.listen();
  const gateway = await startDataPlane({
    pool,
    config,
    log,
    access,
    registry,
    pepper: env.keyPepper?.reveal() ?? '',
    memory: { secretKeys: env.secretKeys.map((key) => key.reveal()) },
    redisUrl: env.redisUrl,
    host: env.host,
    port: env.port,
    spoolFile: path.join(env.dataDir, `ledger-spool-${env.port}.jsonl`),
  });
  ops.markStarted();
  log.info({ url: gateway.url }, 'Turnpike is ready');
  return {
    stop: async () => {
      ops.startDraining();
      await gateway.stop(DRAIN_MS);
      database.stop();
      config.close();
      await pool.end();
      await ops.close();
    },
  };
}

if (require.main === module) void main(process.argv.slice(2));
