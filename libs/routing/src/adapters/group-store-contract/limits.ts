import { LEASE_MS, RECHECK_MS } from '../../domain/group/probes';
import { TAKEN, type OpenStage } from './store-stage';

const SECOND_MS = 1_000;

/** Limits of the configuration. */
export function describeLimits(stageOf: OpenStage): void {
  it('lets so many requests of a minute in, over all replicas', async () => {
    const { stage, group } = await stageOf();
    const askers = Array.from({ length: 20 }, (_, i) => (i % 2 ? stage.one : stage.other));
    const answers = await Promise.all(askers.map((by) => group.enter({ limits: { rpm: 7 } }, by)));
    const counted = { ...TAKEN, onlyCounted: true };
    expect(answers.filter(({ kind }) => kind === 'entered')).toEqual(Array(7).fill(counted));
    const wait = await group.waitMs({ limits: { rpm: 7 } });
    expect(wait).toBeGreaterThan(59 * SECOND_MS);
    expect(wait).toBeLessThanOrEqual(61 * SECOND_MS);
    stage.pass(wait);
    expect(await group.admitted(10, { limits: { rpm: 7 } })).toBe(7);
  });

  it('counts tokens as estimated, until a call is settled', async () => {
    const { group } = await stageOf();
    const more = { limits: { tpm: 1_000 }, demand: { inputTokens: 400, outputTokens: 200 } };
    const lease = await group.take(more);
    expect(await group.enter(more)).toMatchObject({ kind: 'closed', reason: 'provider_minute' });
    await group.settle(lease, { tokens: -500 });
    expect(await group.admitted(3, more)).toBe(1);
  });

  it('keeps to the day of the provider, and begins the next one at zero', async () => {
    const { stage, group } = await stageOf();
    const limits = { rpd: 2, tpd: 1_000 };
    const more = {
      limits,
      day: { id: 'monday', leftMs: 5_000 },
      demand: { inputTokens: 1, outputTokens: 0 },
    };
    const leases = [await group.take(more), await group.take(more)];
    const refused = { kind: 'closed', reason: 'provider_day', untilMs: stage.nowMs() + 5_000 };
    expect(await group.enter(more)).toMatchObject(refused);
    await group.settle(leases[0] ?? '', { requests: 1, tokens: -1, day: 'monday' });
    await group.take(more);
    expect(await group.enter(more)).toMatchObject(refused);
    await group.take({ ...more, day: { id: 'tuesday', leftMs: 5_000 } });
  });

  it('has so many calls under way at once, until they are settled or given up', async () => {
    const { stage, group } = await stageOf();
    const more = { limits: { concurrency: 2 } };
    const leases = [await group.take(more), await group.take(more, stage.other)];
    expect(await group.enter(more)).toMatchObject({
      reason: 'provider_concurrency',
      untilMs: stage.nowMs() + RECHECK_MS,
    });
    await group.settle(leases[0] ?? '');
    expect(await group.admitted(5, more)).toBe(1);
    stage.pass(LEASE_MS);
    expect(await group.admitted(5, more)).toBe(2);
  });

  it('takes nothing of any limit when one of them refuses', async () => {
    const { stage, group } = await stageOf();
    const limits = { rpm: 5, tpm: 500, rpd: 5, concurrency: 1 };
    const more = {
      limits,
      day: { id: 'monday', leftMs: 5_000 },
      demand: { inputTokens: 100, outputTokens: 0 },
    };
    const lease = await group.take(more);
    await stage.sync();
    const before = (await group.view())?.state;
    expect(await group.admitted(10, more)).toBe(0);
    await stage.one.ready([group.name], stage.nowMs() + 5_000);
    expect((await group.view())?.state).toEqual(before);
    await group.settle(lease, { requests: 1, tokens: -100, day: 'monday' });
    const { minute, day, calls } = (await group.view())?.state ?? {};
    expect([minute?.map((slot) => [slot.requests, slot.tokens]), day, calls]).toEqual([
      [[0, 0]],
      { id: 'monday', requests: 0, tokens: 0 },
      {},
    ]);
  });
}
