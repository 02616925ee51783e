import {
  readKeptReasoning,
  writeKeptReasoning,
  type KeptReasoning,
  type ReasoningByCall,
} from './kept-reasoning';
import {
  readResponseRecord,
  withoutContent,
  writeResponseRecord,
  type ResponseRecord,
} from './response-record';
import type { Place } from './sealer';
import { LARGEST_VALUE, type SealedStore } from './sealed-store';

/** How long anything is kept. */
export const KEPT_MS = 24 * 60 * 60 * 1_000;
/** Reasoning is a help: a call waits no longer for it. */
const REASONING_LIMIT_MS = 50;
/** A conversation is what the call is about, and can be large. */
const RESPONSE_LIMIT_MS = 1_000;
/** An answer is read to its end before its record is written: a client that is as quick as that is looked up twice. */
const SECOND_LOOK_MS = 100;
/** Calls of one answer whose reasoning is kept. */
const MOST_CALLS = 128;

export type RecalledResponse =
  | { readonly kind: 'found'; readonly record: ResponseRecord }
  /** Expired, of another owner, or never there: nobody can tell which. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unavailable' };

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * What the gateway remembers between two calls of one key owner: the reasoning behind tool calls, and responses that a
 * later call may go on from. Keeping waits for nothing and never fails; recalling takes its time at most.
 */
export class CallMemory {
  constructor(
    private readonly store: SealedStore,
    /** Told of errors of our own; a store that is away is none. */
    private readonly onDefect: (error: unknown) => void,
  ) {}

  keepReasoning(owner: string, kept: ReadonlyMap<string, KeptReasoning>): void {
    const values = [...kept]
      .slice(0, MOST_CALLS)
      .map(([id, one]) => ({ place: reasoningPlace(owner, id), value: writeKeptReasoning(one) }));
    this.keep(values);
  }

  /** What is known of these calls, in one round trip. */
  async recallReasoning(owner: string, callIds: readonly string[]): Promise<ReasoningByCall> {
    const places = callIds.map((id) => reasoningPlace(owner, id));
    const { values } = await this.store.getMany(places, REASONING_LIMIT_MS);
    const found = new Map<string, KeptReasoning>();
    for (const [i, id] of callIds.entries()) {
      const bytes = values[i];
      const kept = bytes && readKeptReasoning(bytes);
      if (kept) found.set(id, kept);
    }
    return found;
  }

  /** One that is too large is kept without its content where the upstream remembers it, else not at all. */
  keepResponse(owner: string, id: string, record: ResponseRecord): void {
    const whole = writeResponseRecord(record);
    const fits = whole.length <= LARGEST_VALUE;
    if (!fits && !record.storedUpstream) return;
    const value = fits ? whole : writeResponseRecord(withoutContent(record));
    this.keep([{ place: responsePlace(owner, id), value }]);
  }

  async recallResponse(owner: string, id: string): Promise<RecalledResponse> {
    const first = await this.findResponse(owner, id);
    if (first.kind !== 'unknown') return first;
    await pause(SECOND_LOOK_MS);
    return this.findResponse(owner, id);
  }

  async forgetResponse(owner: string, id: string): Promise<'forgotten' | 'unknown' | 'unavailable'> {
    const removed = await this.store.remove(responsePlace(owner, id));
    if (removed === undefined) return 'unavailable';
    return removed ? 'forgotten' : 'unknown';
  }

  close(): Promise<void> {
    return this.store.close();
  }

  private async findResponse(owner: string, id: string): Promise<RecalledResponse> {
    const { values, complete } = await this.store.getMany([responsePlace(owner, id)], RESPONSE_LIMIT_MS);
    const [bytes] = values;
    const record = bytes && readResponseRecord(bytes);
    if (record) return { kind: 'found', record };
    return { kind: complete ? 'unknown' : 'unavailable' };
  }

  private keep(values: readonly { readonly place: Place; readonly value: Buffer }[]): void {
    if (values.length > 0) this.store.putMany(values, KEPT_MS).catch(this.onDefect);
  }
}

const reasoningPlace = (owner: string, id: string): Place => ({ kind: 'reasoning', owner, id });
const responsePlace = (owner: string, id: string): Place => ({ kind: 'response', owner, id });
