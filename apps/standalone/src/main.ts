import { createProcessLog, runProcess } from '@turnpike/telemetry';
import { readEnvironment } from '@turnpike/config';
import { startStandalone } from './start-standalone';

/** Calls under way get this long at a stop; everything together ends within 10 s. */
const STOP_LIMIT_MS = 9_500;

/** Gateway, control plane and worker in one process on embedded stores. */
export async function main(argv: readonly string[]): Promise<void> {
  const complain = (sentence: string): void => void process.stderr.write(`turnpike: ${sentence}\n`);
  await runProcess(
    () => {
      const env = readEnvironment({ process: 'standalone', argv });
      return startStandalone(
        env,
        createProcessLog({ level: env.logLevel, format: env.logFormat, service: 'standalone' }),
      );
    },
    { stopLimitMs: STOP_LIMIT_MS, complain },
  );
}

if (require.main === module) void main(process.argv.slice(2));
