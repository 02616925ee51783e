import type { GroupEvent } from '../../domain/group/group-event';
import type { DayUse, Entry } from '../../domain/group/group-state';
import type { MinuteWindow } from '../../domain/minute-window';

const SECOND_MS = 1_000;
const MINUTE_MS = 61 * SECOND_MS;
/** Leases beyond so many give themselves up. */
const MAX_FREED = 5_000;

/** What this replica let through, gave back and set free without Redis's knowledge. */
export class UsedAlone {
  readonly #bySecond = new Map<number, { requests: number; tokens: number }>();
  #today: DayUse | undefined;
  readonly #freed = new Set<string>();

  get isEmpty(): boolean {
    return this.#bySecond.size === 0 && this.#today === undefined && this.#freed.size === 0;
  }

  get today(): DayUse | undefined {
    return this.#today;
  }

  get freed(): readonly string[] {
    return [...this.#freed];
  }

  /** Signed: what was given back is negative. */
  minute(atMs: number): MinuteWindow {
    const oldest = Math.floor((atMs - MINUTE_MS) / SECOND_MS);
    return [...this.#bySecond]
      .filter(([second]) => second > oldest)
      .sort(([a], [b]) => a - b)
      .map(([second, use]) => ({ second, ...use }));
  }

  /** `calls`: as many as that one. */
  entered({ limits, demand, day }: Entry, atMs: number, calls = 1): void {
    const tokens = calls * (demand.inputTokens + demand.outputTokens);
    if (limits?.rpm !== undefined || limits?.tpm !== undefined) this.#count(calls, tokens, atMs);
    if (day && (limits?.rpd !== undefined || limits?.tpd !== undefined))
      this.#countToday(day.id, calls, tokens);
  }

  free(lease: string): void {
    if (this.#freed.size < MAX_FREED) this.#freed.add(lease);
  }

  heard(event: GroupEvent, atMs: number): void {
    if (event.kind !== 'settled') return;
    this.free(event.lease);
    if (event.tokens === 0 && event.requests === 0) return;
    this.#count(0 - event.requests, event.tokens, event.countedAtMs ?? atMs - event.ageMs);
    if (event.day !== undefined) this.#countToday(event.day, 0 - event.requests, event.tokens);
  }

  /** Takes back what could not be told. */
  add(other: UsedAlone): void {
    for (const [second, { requests, tokens }] of other.#bySecond)
      this.#count(requests, tokens, second * SECOND_MS);
    if (other.#today) this.#countToday(other.#today.id, other.#today.requests, other.#today.tokens);
    for (const lease of other.#freed) this.free(lease);
  }

  #count(requests: number, tokens: number, atMs: number): void {
    const second = Math.floor(atMs / SECOND_MS);
    const use = this.#bySecond.get(second);
    if (use) {
      use.requests += requests;
      use.tokens += tokens;
      return;
    }
    this.#bySecond.set(second, { requests, tokens });
    for (const old of this.#bySecond.keys())
      if (old < second - MINUTE_MS / SECOND_MS) this.#bySecond.delete(old);
  }

  #countToday(id: string, requests: number, tokens: number): void {
    const today = this.#today;
    if (today && today.id > id) return;
    const isSame = today?.id === id;
    this.#today = {
      id,
      requests: (isSame ? today.requests : 0) + requests,
      tokens: (isSame ? today.tokens : 0) + tokens,
    };
  }
}
