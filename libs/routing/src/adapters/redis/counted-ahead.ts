import { ADVANCE_MS } from '../../domain/group/advance';
import type { GroupEvent } from '../../domain/group/group-event';
import type { Entry } from '../../domain/group/group-state';

/** Fewer calls than this within `ADVANCE_MS` ask one by one. */
const FEWEST = 8;
const MOST = 64;

type GivenBack = Extract<GroupEvent, { kind: 'settled' }>;

interface Left {
  readonly limits: Entry['limits'];
  readonly day: string | undefined;
  readonly untilMs: number;
  requests: number;
  tokens: number;
}

const tokensOf = ({ demand }: Entry): number => demand.inputTokens + demand.outputTokens;

/**
 * Calls to one group that Redis has counted before they came: where many come, only some of them have to ask. Nobody
 * exceeds a limit by it, and what was not used is given back. Times are of Redis's clock.
 */
export class CountedAhead {
  #left: Left | undefined;
  #asked = false;
  #slot = 0;
  #calls = 0;
  #before = 0;

  /** One more call; how many like it should be counted beforehand, going by those that came last. */
  wanted(atMs: number): number {
    const slot = Math.floor(atMs / ADVANCE_MS);
    if (slot !== this.#slot) {
      this.#before = slot === this.#slot + 1 ? this.#calls : 0;
      [this.#slot, this.#calls] = [slot, 0];
    }
    this.#calls++;
    return this.#asked || this.#before < FEWEST ? 0 : Math.min(MOST, this.#before);
  }

  /** False: Redis has to be asked. */
  take(entry: Entry, atMs: number): boolean {
    const left = this.#left;
    if (!left || atMs >= left.untilMs || left.requests === 0) return false;
    const tokens = tokensOf(entry);
    // Of another configuration, another day, or larger than those it was counted for.
    if (left.limits !== entry.limits || left.day !== entry.day?.id || tokens > left.tokens) return false;
    left.requests--;
    left.tokens -= tokens;
    return true;
  }

  /** Redis is asked to count some; others ask for themselves alone until it has answered. */
  ask(): void {
    this.#asked = true;
  }

  /** Redis has counted so many calls like this one; returns what was left of those before. */
  answered(entry: Entry, calls: number, atMs: number): GivenBack | undefined {
    this.#asked = false;
    if (calls === 0) return undefined;
    const given = this.#giveBack(atMs);
    this.#left = {
      limits: entry.limits,
      day: entry.day?.id,
      untilMs: atMs + ADVANCE_MS,
      requests: calls,
      tokens: calls * tokensOf(entry),
    };
    return given;
  }

  /** What was not used in time, or at all. */
  leftover(atMs: number, isLast = false): GivenBack | undefined {
    return this.#left && (isLast || atMs >= this.#left.untilMs) ? this.#giveBack(atMs) : undefined;
  }

  /** It stays counted: who would hear that it is free has gone. */
  drop(): void {
    this.#left = undefined;
    this.#asked = false;
  }

  #giveBack(atMs: number): GivenBack | undefined {
    const left = this.#left;
    this.#left = undefined;
    if (!left || (left.requests === 0 && left.tokens === 0)) return undefined;
    const { requests, tokens, day, untilMs } = left;
    return {
      kind: 'settled',
      lease: 'ahead',
      // Negative before its time: it was counted where the last of them might have come.
      ageMs: atMs - untilMs,
      tokens: 0 - tokens,
      requests,
      ...(day === undefined ? {} : { day }),
    };
  }
}
