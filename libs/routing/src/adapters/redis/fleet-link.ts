import type { RedisGroups } from './redis-groups';

/** What a replica may use when it is alone follows from how many there are: the count is never older. */
const ANNOUNCE_MS = 1_000;

/** What this replica knows of the others, and of Redis's clock and memory. */
export class FleetLink {
  #replicas = 1;
  #skewMs = 0;
  #memory: string | undefined;
  #announcedAtMs = -Infinity;

  constructor(
    private readonly groups: RedisGroups,
    private readonly clock: { readonly nowMs: () => number; readonly isSameClock: boolean },
  ) {}

  /** How many there are, at least this one. */
  get replicas(): number {
    return this.#replicas;
  }

  /** What Redis's clock is ahead of this process's. */
  get skewMs(): number {
    return this.#skewMs;
  }

  /** Never met Redis. */
  get isNew(): boolean {
    return this.#memory === undefined;
  }

  isDue(nowMs: number): boolean {
    return nowMs - this.#announcedAtMs >= ANNOUNCE_MS;
  }

  /** Redis is not the one that this replica told everything: it has lost what it knew. */
  isStrange(memory: string): boolean {
    return this.#memory !== undefined && this.#memory !== memory;
  }

  /** Everything that this replica knows has been told to this memory. */
  trust(memory: string): void {
    this.#memory = memory;
  }

  /** Name of Redis's memory; undefined: it did not answer. `returning`: others that were there before come back too. */
  async announce(returning: boolean): Promise<string | undefined> {
    const askedMs = this.clock.nowMs();
    const hello = await this.groups.announce();
    if (!hello.ok) return undefined;
    const { atMs, replicas, memory } = hello.value;
    // Redis said so somewhere between two moments here: what is known already is moved no further than needed.
    const [least, most] = [atMs - this.clock.nowMs(), atMs + 1 - askedMs];
    if (!this.clock.isSameClock) this.#skewMs = Math.min(most, Math.max(least, this.#skewMs));
    this.#replicas = Math.max(1, replicas, returning ? this.#replicas : 1);
    this.#announcedAtMs = askedMs;
    return memory;
  }
}
