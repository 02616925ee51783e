import type { RedisGroups } from './redis-groups';

/** What is noted a little late, or by a clock that is a little behind, is found all the same. */
const OVERLAP_MS = 2_000;

/** Groups of which some replica has heard something since this one last asked; at first all. */
export class GroupNews {
  #askedAtMs = 0;

  constructor(private readonly groups: RedisGroups) {}

  /** `nowMs`: of Redis's clock. */
  async names(nowMs: number): Promise<readonly string[]> {
    const found = await this.groups.notedSince(Math.max(0, this.#askedAtMs - OVERLAP_MS));
    if (!found.ok) return [];
    this.#askedAtMs = nowMs;
    return found.value;
  }
}
