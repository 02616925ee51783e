import type { GroupEvent } from '../../domain/group/group-event';
import { placeKey } from '../../domain/group/place';
import { broken, FREELY, PLACE, rateLimited, type OpenStage } from './store-stage';

/** What is shared, shown and forgotten. */
export function describeKeeping(stageOf: OpenStage): void {
  it('shows every replica what one of them heard', async () => {
    const { stage, group } = await stageOf();
    await group.fail(rateLimited(40_000));
    const views = [await group.view(stage.one), await group.view(stage.other)];
    expect(views[1]?.state).toEqual(views[0]?.state);
    expect(views[0]?.state.benches['group']?.coolings.rate_minute).toEqual({
      provenance: 'authoritative',
      untilMs: stage.nowMs() + 40_000,
      startedMs: stage.nowMs(),
      strikesMs: [stage.nowMs()],
    });
  });

  it('never waits to see what it heard itself', async () => {
    const { stage, group } = await stageOf();
    const event = { kind: 'failed', place: PLACE, note: rateLimited(40_000), draw: 0 } as const;
    stage.one.report(group.name, event, true, stage.nowMs());
    expect(stage.one.look(group.name, stage.nowMs())?.state.benches['group']).toBeDefined();
    await stage.sync();
  });

  it('lists what is in force, and forgets it when it is told to', async () => {
    const { stage, group } = await stageOf();
    await group.fail(rateLimited(40_000));
    for (let i = 0; i < 5; i++) await group.fail(broken);
    const { state } = (await stage.other.list(stage.nowMs())).get(group.name) ?? {};
    expect([Object.keys(state?.benches ?? {}), Object.keys(state?.breakers ?? {})]).toEqual([
      ['group'],
      [placeKey(PLACE)],
    ]);
    const cooldown = { kind: 'cooldown', subject: 'group', class: 'rate_minute' } as const;
    const breaker = { kind: 'breaker', place: placeKey(PLACE) } as const;
    const answers: boolean[] = [];
    for (const what of [cooldown, cooldown, { ...cooldown, class: 'auth' }, breaker, breaker])
      answers.push(await stage.other.forget(group.name, what, stage.nowMs()));
    expect(answers).toEqual([true, false, false, true, false]);
    await stage.sync();
    expect(await group.enter()).toEqual(FREELY);
  });

  it('remembers no more models than it has room for, and goes on hearing of those', async () => {
    const { stage, group } = await stageOf();
    const gone = (i: number): GroupEvent => ({
      kind: 'failed',
      place: { credentialId: 'key', model: `model ${i}` },
      note: { class: 'target_gone', scope: 'model', provenance: 'heuristic', readable: true },
      draw: 0,
    });
    for (let i = 0; i < 1_050; i++) stage.one.report(group.name, gone(i), false, stage.nowMs());
    await stage.sync();
    await group.fail({ ...rateLimited(), class: 'auth', scope: 'credential' });
    const { benches = {}, penalties = {} } = (await group.view(stage.other))?.state ?? {};
    expect(Object.keys(benches).length).toBeLessThanOrEqual(1_001);
    expect(Object.keys(penalties).length).toBeLessThanOrEqual(1_000);
    expect(benches['credential\nkey']).toBeDefined();
    await group.hear(gone(0));
    expect(
      (await group.view(stage.other))?.state.penalties[placeKey({ ...PLACE, model: 'model 0' })]?.score,
    ).toBe(2);
  });
}
