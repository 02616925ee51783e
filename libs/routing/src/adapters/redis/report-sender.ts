import type { GroupEvent } from '../../domain/group/group-event';
import type { Batch } from './redis-groups';
import { delayed, ReportQueue, type Heard } from './report-queue';

/** Reports that other replicas wait for leave at once, so often at most. */
const URGENT_PAUSE_MS = 20;
/** How long others may wait for company. */
const WAITS_MS = { soon: 250, calm: 1_000 } as const;

/** `soon`: it frees some of a limit, but nobody stands in line for this one. */
export type Haste = 'urgent' | keyof typeof WAITS_MS;

type Told = readonly (readonly [string, readonly Heard[]])[];

export interface ReportSenderOptions {
  readonly nowMs: () => number;
  /** Resolves with whether all of it was heard. */
  readonly tell: (batches: readonly Batch[]) => Promise<boolean>;
  /** Whether this report should also drop what is no longer in force. */
  readonly tidies: (group: string) => boolean;
  /** Nobody knows whether these were heard. */
  readonly onLost: (told: Told) => void;
}

/** Tells Redis what was heard of calls, together and in the background. */
export class ReportSender {
  readonly #queue = new ReportQueue();
  readonly #underWay = new Map<number, Told>();
  #order = 0;
  #timer: NodeJS.Timeout | undefined;
  #dueMs = Infinity;
  #lastMs = 0;

  constructor(private readonly options: ReportSenderOptions) {}

  /** Grows with each sending: answers to what is asked later know of it. */
  get order(): number {
    return this.#order;
  }

  push(group: string, event: GroupEvent, haste: Haste): void {
    this.#queue.push(group, event, this.options.nowMs());
    const nowMs = performance.now();
    const dueMs =
      haste === 'urgent' ? Math.max(nowMs, this.#lastMs + URGENT_PAUSE_MS) : nowMs + WAITS_MS[haste];
    this.#wakeAt(dueMs, nowMs);
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dueMs = Infinity;
    const told = this.#queue.take();
    if (told.length === 0) return;
    this.#lastMs = performance.now();
    const order = ++this.#order;
    this.#underWay.set(order, told);
    const nowMs = this.options.nowMs();
    const batches = told.map(([group, heard]) => ({
      group,
      events: heard.map(({ event, atMs }) => delayed(event, nowMs - atMs)),
      tidies: this.options.tidies(group),
    }));
    const isHeard = await this.options.tell(batches);
    this.#underWay.delete(order);
    if (!isHeard) this.options.onLost(told);
  }

  /** What an answer to something that was asked at `order` cannot know of the group. */
  unheard(group: string, order: number): readonly Heard[] {
    const later = [...this.#underWay].filter(([sentAt]) => sentAt > order);
    return [
      ...later.flatMap(([, told]) => told.filter(([name]) => name === group)),
      [group, this.#queue.of(group)] as const,
    ].flatMap(([, heard]) => heard);
  }

  /** What still waits, which is not told any more. */
  takeBack(): Told {
    return this.#queue.take();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wakeAt(dueMs: number, nowMs: number): void {
    if (dueMs >= this.#dueMs) return;
    clearTimeout(this.#timer);
    this.#dueMs = dueMs;
    this.#timer = setTimeout(() => void this.flush(), dueMs - nowMs);
    this.#timer.unref();
  }
}
