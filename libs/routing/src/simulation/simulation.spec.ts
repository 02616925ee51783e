import { drawScenario } from './draw-scenario';
import { runScenario } from './run-scenario';

const SEEDS = 500;
const BATCH = 50;
const own = Number(process.env.SEED ?? NaN);
const seeds = Number.isInteger(own) ? [own] : Array.from({ length: SEEDS }, (_, i) => i + 1);

const batches = Array.from({ length: Math.ceil(seeds.length / BATCH) }, (_, i) =>
  seeds.slice(i * BATCH, (i + 1) * BATCH),
);

it('the same seed tells the same story', async () => {
  const story = async () => {
    const { sent, ends } = await runScenario(drawScenario(7));
    return [
      sent.map(({ ms, provider }) => `${ms} ${provider}`),
      ends.map(({ ms, end }) => `${ms} ${end.kind}`),
    ];
  };
  const first = await story();
  expect(first[0]?.length).toBeGreaterThan(50);
  expect(await story()).toEqual(first);
});

describe('whatever happens', () => {
  it.each(batches.map((batch) => [batch[0], batch[batch.length - 1], batch] as const))(
    'every rule holds for the seeds %d to %d',
    async (_, __, batch) => {
      const failures: string[] = [];
      for (const seed of batch) {
        const { broken } = await runScenario(drawScenario(seed));
        const replay = `SEED=${seed} npx jest libs/routing/src/simulation --selectProjects unit`;
        if (broken.length > 0) failures.push(`${replay}\n    ${broken.slice(0, 5).join('\n    ')}`);
      }
      expect(failures.join('\n')).toBe('');
    },
    30_000,
  );
});
