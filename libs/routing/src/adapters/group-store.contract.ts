import { describeBreakers } from './group-store-contract/breakers';
import { describeBuckets } from './group-store-contract/buckets';
import { describeCooldowns } from './group-store-contract/cooldowns';
import { describeKeeping } from './group-store-contract/keeping';
import { describeLimits } from './group-store-contract/limits';
import { FREELY, Group, type StoreStage } from './group-store-contract/store-stage';

/** What every store of quota groups does. */
export function describeGroupStore(title: string, open: () => Promise<StoreStage>): void {
  describe(`a group store (${title})`, () => {
    const stageOf = async (): Promise<{ stage: StoreStage; group: Group }> => {
      const stage = await open();
      return { stage, group: new Group(stage) };
    };

    it('knows nothing of a group at first, and lets everybody in for nothing', async () => {
      const { stage, group } = await stageOf();
      expect(await group.view()).toBeUndefined();
      expect(await group.enter()).toEqual(FREELY);
      expect((await stage.one.list(stage.nowMs())).has(group.name)).toBe(false);
    });

    describeCooldowns(stageOf);
    describeBreakers(stageOf);
    describeLimits(stageOf);
    describeBuckets(stageOf);
    describeKeeping(stageOf);
  });
}
