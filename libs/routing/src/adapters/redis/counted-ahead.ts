import { ADVANCE_MS } from '../../domain/group/advance';
import type { GroupEvent } from '../../domain/group/group-event';
import type { Entry } from '../../domain/group/group-state';

/** Fewer calls than this within `ADVANCE_MS` ask one by one. */
const FEWEST = 8;
const MOST = 64;

/** In place of a lease: gives back what was counted beforehand. */
export const AHEAD = 'ahead';

type GivenBack = Extract<GroupEvent, { kind: 'settled' }>;

interface Left {
  readonly limits: Entry['limits'];
  readonly day: string | undefined;
  /** Of Redis's clock: when they were counted, and until when they may be used. */
  readonly untilMs: number;
  /** The same by a clock that nobody sets. */
  readonly endsAtMs: number;
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
  /** When Redis was asked, by a clock that nobody sets; undefined: it is not being asked. */
  #askedAtMs: number | undefined;
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
    return this.#askedAtMs !== undefined || this.#before < FEWEST ? 0 : Math.min(MOST, this.#before);
  }

  /** When it was counted; undefined: Redis has to be asked. */
  take(entry: Entry, atMs: number): number | undefined {
    const left = this.#left;
    if (!left || left.requests === 0 || atMs >= left.untilMs || performance.now() >= left.endsAtMs)
      return undefined;
    const tokens = tokensOf(entry);
    // Of another configuration, another day, or larger than those it was counted for.
    if (left.limits !== entry.limits || left.day !== entry.day?.id || tokens > left.tokens) return undefined;
    left.requests--;
    left.tokens -= tokens;
    return left.untilMs;
  }

  /** Redis is asked to count some; others ask for themselves alone until it has answered. */
  ask(): void {
    this.#askedAtMs = performance.now();
  }

  /** Redis has counted so many calls like this one; returns what was left of those before. */
  answered(entry: Entry, calls: number, atMs: number): GivenBack | undefined {
    const askedAtMs = this.#askedAtMs ?? performance.now();
    this.#askedAtMs = undefined;
    if (calls === 0) return undefined;
    const given = this.giveBack();
    this.#left = {
      limits: entry.limits,
      day: entry.day?.id,
      untilMs: atMs + ADVANCE_MS,
      endsAtMs: askedAtMs + ADVANCE_MS,
      requests: calls,
      tokens: calls * tokensOf(entry),
    };
    return given;
  }

  /** Redis did not answer in time. */
  unanswered(): void {
    this.#askedAtMs = undefined;
  }

  /** What was not used in time. */
  leftover(atMs: number): GivenBack | undefined {
    return this.#left && atMs >= this.#left.untilMs ? this.giveBack() : undefined;
  }

  /** All that is left: from now on nobody uses it. */
  giveBack(): GivenBack | undefined {
    const left = this.#left;
    this.#left = undefined;
    if (!left || (left.requests === 0 && left.tokens === 0)) return undefined;
    const { requests, tokens, day, untilMs, limits } = left;
    const isInMinute = limits?.rpm !== undefined || limits?.tpm !== undefined;
    return {
      kind: 'settled',
      lease: AHEAD,
      ageMs: 0,
      countedAtMs: isInMinute ? untilMs : 0,
      tokens: 0 - tokens,
      requests,
      ...(day === undefined ? {} : { day }),
    };
  }
}
