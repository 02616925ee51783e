import { placeKey, type FailureNote } from '../../domain/group/place';
import { RECHECK_MS } from '../../domain/group/probes';
import { broken, FREELY, PLACE, rateLimited, type OpenStage } from './store-stage';

const SECOND_MS = 1_000;

/** Breakers of places, and their penalties. */
export function describeBreakers(stageOf: OpenStage): void {
  const tripped = async ({ stage, group }: Awaited<ReturnType<OpenStage>>): Promise<void> => {
    for (let i = 0; i < 5; i++) await group.fail(broken, {}, i % 2 ? stage.one : stage.other);
  };

  it('opens after five failures in a row of all replicas together, for this place alone', async () => {
    const { stage, group } = await stageOf();
    await tripped({ stage, group });
    expect(await group.enter({ force: true }, stage.other)).toEqual({
      kind: 'closed',
      reason: 'breaker_open',
      untilMs: stage.nowMs() + 10_000,
      soft: false,
      provenance: 'heuristic',
    });
    expect(await group.waitMs({ place: { ...PLACE, credentialId: 'another' } })).toBe(0);
  });

  it('opens at half of twenty calls', async () => {
    const { group } = await stageOf();
    for (let i = 0; i < 10; i++) {
      await group.hear({ kind: 'succeeded', place: PLACE, calls: 1 });
      expect(await group.waitMs()).toBe(0);
      await group.fail(broken);
    }
    expect(await group.waitMs()).toBe(10_000);
  });

  it('probes with three calls at once, and comes back step by step when all of them succeed', async () => {
    const { stage, group } = await stageOf();
    await tripped({ stage, group });
    stage.pass(10_000);
    const leases = [await group.take(), await group.take({}, stage.other), await group.take()];
    expect(await group.enter({}, stage.other)).toMatchObject({
      kind: 'closed',
      reason: 'breaker_open',
      untilMs: stage.nowMs() + RECHECK_MS,
    });
    for (const lease of leases) await group.prove(lease);
    expect(await group.admitted(20)).toBe(2);
    stage.pass(2 * SECOND_MS);
    expect(await group.enter()).toEqual(FREELY);
  });

  it('opens again, for longer, when a probe fails; failures of other calls say nothing', async () => {
    const { stage, group } = await stageOf();
    await tripped({ stage, group });
    stage.pass(10_000);
    const lease = await group.take();
    await group.fail(broken);
    expect(await group.admitted(5)).toBe(2);
    await group.fail(broken, { lease });
    expect(await group.waitMs()).toBe(20_000);
  });

  it.each<[FailureNote, number]>([
    [rateLimited(), 3],
    [broken, 1],
  ])('scores failures for the order of targets, and forgets them', async (note, score) => {
    const { stage, group } = await stageOf();
    const scored = async (): Promise<number> =>
      (await group.view(stage.other))?.state.penalties[placeKey(PLACE)]?.score ?? 0;
    for (let i = 0; i < 5; i++) await group.fail(note);
    expect(await scored()).toBe(Math.min(10, 5 * score));
    await group.hear({ kind: 'succeeded', place: PLACE, calls: 2 });
    expect(await scored()).toBe(Math.min(10, 5 * score) - 2);
    await group.hear({ kind: 'succeeded', place: PLACE, calls: 20 });
    expect(await scored()).toBe(0);
  });
}
