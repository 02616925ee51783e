import { createLogger } from '@turnpike/telemetry';
import { until } from '@turnpike/testing';
import { RepeatedJob } from './repeated-job';

const lines: string[] = [];
const log = createLogger({
  level: 'info',
  format: 'json',
  destination: { write: (line: string) => void lines.push(line) },
});

test('runs at once, then again and again, and stops', async () => {
  let runs = 0;
  const job = new RepeatedJob({ name: 'count', everyMs: 5, log, run: () => Promise.resolve(void runs++) });
  await job.start();
  expect(runs).toBe(1);
  expect(job.lastOkMs).toBeDefined();
  await until(() => runs >= 3);
  await job.stop();
  const after = runs;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(runs).toBe(after);
});

test('a failure is logged with its job and tried again sooner', async () => {
  let runs = 0;
  const run = (): Promise<void> => (runs++ === 0 ? Promise.reject(new Error('no store')) : Promise.resolve());
  const job = new RepeatedJob({ name: 'shaky', everyMs: 60_000, retryMs: 5, log, run });
  await job.start();
  expect(job.lastOkMs).toBeUndefined();
  await until(() => job.lastOkMs !== undefined);
  await job.stop();
  expect(lines.filter((line) => line.includes('"job":"shaky"') && line.includes('no store'))).toHaveLength(1);
});

test('is never run twice at a time; stop waits for the run', async () => {
  let running = 0;
  let most = 0;
  const run = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 20));
    running--;
  };
  const job = new RepeatedJob({ name: 'slow', everyMs: 1, log, run });
  const first = job.start();
  void job.start();
  await first;
  void job.start();
  await job.stop();
  expect({ most, running }).toEqual({ most: 1, running: 0 });
});
