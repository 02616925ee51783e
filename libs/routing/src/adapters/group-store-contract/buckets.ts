import type { BucketNote } from '../../domain/group/quota-bucket';
import { FREELY, PLACE, type OpenStage } from './store-stage';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** What headers of providers said. */
export function describeBuckets(stageOf: OpenStage): void {
  const bucket = (more: Partial<BucketNote>): BucketNote => ({
    bucket: 'requests',
    unit: 'requests',
    limit: 10,
    remaining: 2,
    waitMs: 4_000,
    periodMs: MINUTE_MS,
    refill: 'window',
    ...more,
  });

  it('takes from a window what is left of it, and begins anew when it ends', async () => {
    const { stage, group } = await stageOf();
    await group.read(bucket({}));
    expect(await group.admitted(5)).toBe(2);
    expect(await group.enter({}, stage.other)).toMatchObject({
      reason: 'provider_requests',
      untilMs: stage.nowMs() + 4_000,
    });
    stage.pass(4_000);
    expect(await group.admitted(15)).toBe(10);
  });

  it('lets a bucket fill all the time', async () => {
    const { stage, group } = await stageOf();
    await group.read(bucket({ refill: 'continuous', remaining: 1, limit: 60 }));
    expect(await group.admitted(5)).toBe(1);
    expect(await group.waitMs()).toBe(1_000);
    stage.pass(3_000);
    expect(await group.admitted(5)).toBe(3);
  });

  it('believes a reading that says less, not one that was written before calls under way', async () => {
    const { group } = await stageOf();
    await group.read(bucket({ remaining: 3 }));
    expect(await group.admitted(2)).toBe(2);
    await group.read(bucket({ remaining: 3 }));
    expect(await group.admitted(5)).toBe(1);
    await group.read(bucket({ remaining: 0 }));
    expect(await group.admitted(1)).toBe(0);
  });

  it('takes from a reading that says less what was let in since its call was', async () => {
    const { stage, group } = await stageOf();
    await group.read(bucket({ remaining: 9 }));
    expect(await group.admitted(1)).toBe(1);
    stage.pass(1_000);
    expect(await group.admitted(3)).toBe(3);
    const call = { ageMs: 1_000, demand: { inputTokens: 0, outputTokens: 0 } };
    await group.hear({ kind: 'read', model: PLACE.model, buckets: [bucket({ remaining: 4 })], call });
    expect(await group.admitted(5)).toBe(1);
  });

  it('asks nobody while plenty is left, and guards buckets of a model for this model alone', async () => {
    const { group } = await stageOf();
    await group.read(bucket({ limit: 1_000, remaining: 900 }));
    expect(await group.enter()).toEqual(FREELY);
    await group.read(bucket({ limit: 1_000, remaining: 0 }));
    expect(await group.waitMs()).toBe(4_000);
    expect(await group.enter({ place: { ...PLACE, model: 'another' } })).toEqual(FREELY);
  });

  it('keeps away from a spent window of a subscription', async () => {
    const { group } = await stageOf();
    const fiveHours = { bucket: 'five_hours', unit: 'share', limit: 1, waitMs: HOUR_MS } as const;
    await group.read(bucket({ ...fiveHours, remaining: 0.25 }));
    expect(await group.enter()).toEqual(FREELY);
    await group.read(bucket({ ...fiveHours, remaining: 0 }));
    expect(await group.waitMs()).toBe(HOUR_MS);
  });
}
