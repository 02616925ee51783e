import { readEnvironment, type Environment } from '@turnpike/config';
import { createPgPool } from '@turnpike/persistence';
import {
  createLogger,
  createMetricsRegistry,
  OpsServer,
  PolledCheck,
  runProcess,
  type Logger,
  type ServingProcess,
} from '@turnpike/telemetry';
import { startWorker } from './start-worker';

const STOP_LIMIT_MS = 30_000;

/** Background work alone; serves nothing but its ops port. */
export async function main(argv: readonly string[]): Promise<void> {
  const complain = (sentence: string): void => void process.stderr.write(`turnpike worker: ${sentence}\n`);
  const start = (): Promise<ServingProcess> => {
    const env = readEnvironment({ process: 'worker', argv });
    return serve(env, createLogger({ level: env.logLevel, format: env.logFormat, service: 'worker' }));
  };
  await runProcess(start, { stopLimitMs: STOP_LIMIT_MS, complain });
}

async function serve(env: Environment, log: Logger): Promise<ServingProcess> {
  const pool = createPgPool(env.databaseUrl?.reveal() ?? '', {
    max: 3,
    onIdleError: (error) => log.warn({ err: error }, 'an idle database connection was lost'),
  });
  const ops = new OpsServer({ host: env.host, port: env.opsPort, registry: createMetricsRegistry() });
  const database = new PolledCheck(() => pool.query('select 1'), {
    onChange: ({ ok }) => log.warn({ ok }, 'the database changed its state'),
  });
  await database.start();
  ops.addCheck('postgres', () => database.state);
  await ops.listen();
  const worker = await startWorker({ pool, log, dataDir: env.dataDir });
  ops.addCheck('ledger-months', () =>
    worker.ready() ? { ok: true } : { ok: false, detail: 'the partitions of the ledger were not made yet' },
  );
  ops.markStarted();
  log.info('Turnpike worker is ready');
  return {
    stop: async () => {
      ops.startDraining();
      await worker.stop();
      database.stop();
      await pool.end();
      await ops.close();
    },
  };
}

if (require.main === module) void main(process.argv.slice(2));
