import type { GroupEvent } from '../../domain/group/group-event';
import { placeKey } from '../../domain/group/place';

/** What was heard, and when by this process's clock. */
export interface Heard {
  event: GroupEvent;
  readonly atMs: number;
}

/** Beyond so many what is no news is not told. */
const MAX_WAITING = 2_000;
/** So many events go into one run of a script. */
const MAX_BATCH = 200;

const isDroppable = ({ kind }: GroupEvent): boolean => kind === 'read' || kind === 'succeeded';

/** Reports that wait to be told, by group, in the order in which they were heard. */
export class ReportQueue {
  readonly #groups = new Map<string, Heard[]>();
  #size = 0;

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  of(group: string): readonly Heard[] {
    return this.#groups.get(group) ?? [];
  }

  push(group: string, event: GroupEvent, atMs: number): void {
    const waiting = this.#groups.get(group);
    if (waiting && mergeInto(waiting, event)) return;
    if (this.#size >= MAX_WAITING && isDroppable(event)) return;
    this.#size++;
    if (waiting) waiting.push({ event, atMs });
    else this.#groups.set(group, [{ event, atMs }]);
  }

  /** Everything, in batches of one group each. */
  take(): readonly (readonly [string, readonly Heard[]])[] {
    const batches: [string, Heard[]][] = [];
    for (const [group, heard] of this.#groups)
      for (let i = 0; i < heard.length; i += MAX_BATCH) batches.push([group, heard.slice(i, i + MAX_BATCH)]);
    this.#groups.clear();
    this.#size = 0;
    return batches;
  }
}

/** Successes of one place are counted together, as long as nothing came between them that they weigh against. */
function mergeInto(waiting: readonly Heard[], event: GroupEvent): boolean {
  if (event.kind !== 'succeeded') return false;
  const key = placeKey(event.place);
  for (let i = waiting.length - 1; i >= 0; i--) {
    const heard = waiting[i];
    if (heard?.event.kind === 'failed' || heard?.event.kind === 'proved') return false;
    if (heard?.event.kind === 'succeeded' && placeKey(heard.event.place) === key) {
      heard.event = { ...heard.event, calls: heard.event.calls + event.calls };
      return true;
    }
  }
  return false;
}

/** The event as it is told so much later: ages are older, waits shorter. */
export function delayed(event: GroupEvent, delayMs: number): GroupEvent {
  if (delayMs <= 0) return event;
  switch (event.kind) {
    case 'failed': {
      const { waitMs } = event.note;
      if (waitMs === undefined) return event;
      return { ...event, note: { ...event.note, waitMs: Math.max(1, waitMs - delayMs) } };
    }
    case 'proved':
    case 'settled':
      return { ...event, ageMs: event.ageMs + delayMs };
    case 'read':
      return {
        ...event,
        ...(event.call ? { call: { ...event.call, ageMs: event.call.ageMs + delayMs } } : {}),
        buckets: event.buckets.map((note) => ({ ...note, waitMs: Math.max(0, note.waitMs - delayMs) })),
      };
    case 'succeeded':
    case 'held':
      return event;
  }
}
