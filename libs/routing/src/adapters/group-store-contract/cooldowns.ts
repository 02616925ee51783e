import type { FailureNote, GroupPlace } from '../../domain/group/place';
import { LEASE_MS, RECHECK_MS } from '../../domain/group/probes';
import { FREELY, rateLimited, TAKEN, type OpenStage } from './store-stage';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Who sits out, for how long, and how it comes back. */
export function describeCooldowns(stageOf: OpenStage): void {
  it('waits longer with every strike, and a strike counts once its wait was served', async () => {
    const { stage, group } = await stageOf();
    const waits: number[] = [];
    let lease: string | undefined;
    for (let strike = 0; strike < 6; strike++) {
      await group.fail(rateLimited(), lease === undefined ? {} : { lease });
      await group.fail(rateLimited());
      waits.push(await group.waitMs());
      stage.pass(waits[strike] ?? 0);
      lease = await group.take();
    }
    expect(waits.map((ms) => ms / SECOND_MS)).toEqual([5, 30, 120, 600, 3_600, 3_600]);
  });

  it('keeps to what the provider said, says who said it, and never shortens it', async () => {
    const { stage, group } = await stageOf();
    await group.fail(rateLimited(40_000));
    const stated = {
      kind: 'closed',
      reason: 'cooling_rate_minute',
      untilMs: stage.nowMs() + 40_000,
      soft: false,
      provenance: 'authoritative',
    };
    expect(await group.enter()).toEqual(stated);
    await group.fail(rateLimited(10_000));
    await group.fail(rateLimited());
    expect(await group.enter({ force: true })).toEqual(stated);
    await group.fail(rateLimited(90_000));
    expect(await group.waitMs()).toBe(90_000);
  });

  it('lets the last target of a route through a wait of our own making, under no lease', async () => {
    const { group } = await stageOf();
    await group.fail(rateLimited());
    expect(await group.enter()).toMatchObject({ kind: 'closed', soft: true, provenance: 'heuristic' });
    expect(await group.enter({ force: true })).toEqual(FREELY);
  });

  it.each<
    [FailureNote['class'], FailureNote['scope'], GroupPlace, readonly [own: number, elsewhere: number]]
  >([
    ['rate_long', 'group', { credentialId: 'another', model: 'another' }, [600_000, 600_000]],
    ['rate_long', 'credential', { credentialId: 'another', model: 'another' }, [600_000, 0]],
    ['rate_minute', 'credential', { credentialId: 'another', model: 'model' }, [5_000, 5_000]],
    ['rate_minute', 'model', { credentialId: 'another', model: 'model' }, [5_000, 5_000]],
    ['rate_minute', 'model', { credentialId: 'key', model: 'another' }, [5_000, 0]],
    ['credit', 'credential', { credentialId: 'another', model: 'model' }, [HOUR_MS, HOUR_MS]],
    ['auth', 'credential', { credentialId: 'key', model: 'another' }, [600_000, 600_000]],
    ['auth', 'credential', { credentialId: 'another', model: 'model' }, [600_000, 0]],
    ['auth', 'model', { credentialId: 'key', model: 'another' }, [600_000, 0]],
    ['auth', 'group', { credentialId: 'another', model: 'another' }, [600_000, 600_000]],
    ['target_gone', 'model', { credentialId: 'another', model: 'model' }, [HOUR_MS, HOUR_MS]],
    ['server', 'none', { credentialId: 'another', model: 'model' }, [0, 0]],
    ['caller', 'none', { credentialId: 'another', model: 'model' }, [0, 0]],
  ])('%s of scope %s keeps out whom it concerns', async (kind, scope, elsewhere, expectedMs) => {
    const { stage, group } = await stageOf();
    await group.fail({ class: kind, scope, provenance: 'heuristic', readable: true });
    const waits = [await group.waitMs(), await group.waitMs({ place: elsewhere }, stage.other)];
    expect(waits).toEqual(expectedMs);
  });

  it('lets one alone through after a wait, whichever replica asks', async () => {
    const { stage, group } = await stageOf();
    await group.fail(rateLimited(1_000));
    stage.pass(1_000);
    const askers = Array.from({ length: 10 }, (_, i) => (i % 2 ? stage.one : stage.other));
    const answers = await Promise.all(askers.map((by) => group.enter({ force: true }, by)));
    expect(answers.filter(({ kind }) => kind === 'entered')).toEqual([TAKEN]);
    expect(answers.find(({ kind }) => kind === 'closed')).toEqual({
      kind: 'closed',
      reason: 'recovering',
      untilMs: stage.nowMs() + RECHECK_MS,
      soft: false,
      provenance: 'heuristic',
    });
  });

  it('gives a probe up when its time is over, unless it is held on to', async () => {
    const { stage, group } = await stageOf();
    await group.fail(rateLimited(1_000));
    stage.pass(1_000);
    const lease = await group.take();
    stage.pass(LEASE_MS - 1);
    await group.hear({ kind: 'held', leases: [lease] });
    stage.pass(LEASE_MS - 1);
    expect(await group.admitted(1)).toBe(0);
    stage.pass(1);
    expect(await group.admitted(2)).toBe(1);
  });

  it('hands the probe on when its call ends without a verdict', async () => {
    const { stage, group } = await stageOf();
    await group.fail(rateLimited(1_000));
    stage.pass(1_000);
    await group.settle(await group.take());
    await group.fail(
      { class: 'caller', scope: 'none', provenance: 'heuristic', readable: true },
      {
        lease: await group.take(),
      },
    );
    expect(await group.admitted(1)).toBe(1);
  });

  it('sends more and more after a probe that succeeded', async () => {
    const { stage, group } = await stageOf();
    await group.fail(rateLimited(1_000));
    stage.pass(1_000);
    await group.prove(await group.take());
    const admitted: number[] = [];
    for (let step = 0; step < 3; step++) {
      admitted.push(await group.admitted(50));
      stage.pass(RECHECK_MS);
    }
    expect(admitted).toEqual([2, 4, 8]);
    stage.pass(2 * SECOND_MS);
    expect(await group.enter()).toEqual(FREELY);
  });

  it('doubles a stated wait that was refused again right after it', async () => {
    const { stage, group } = await stageOf();
    await group.fail(rateLimited(7_000));
    stage.pass(7_000);
    await group.fail(rateLimited(7_000), { lease: await group.take() });
    expect(await group.waitMs()).toBe(14_000);
  });

  it('forgets strikes by a success that began after the wait, not by one that was under way', async () => {
    const { stage, group } = await stageOf();
    stage.pass(MINUTE_MS);
    await group.fail(rateLimited());
    stage.pass(SECOND_MS);
    await group.prove(undefined, 30_000);
    expect(await group.waitMs()).toBe(4_000);
    stage.pass(10_000);
    await group.prove(undefined, 500);
    stage.pass(10_000);
    await group.fail(rateLimited());
    expect(await group.waitMs()).toBe(5_000);
  });
}
