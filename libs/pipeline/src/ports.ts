import type { CallEntry } from '@turnpike/billing';
import type { Random, Clock } from '@turnpike/kernel';
import type { Ledger, PriceBook } from '@turnpike/billing';
import type { CallMemory } from '@turnpike/continuity';
import type { MediaFetcher, Authorizer, ModelCatalog, Upstream } from '@turnpike/provider';
import type { Hedges, RetryBudgets, SessionPlaces, TargetGates } from '@turnpike/routing';
import type { ActiveCalls } from './active-calls';
import { Roster, type Member } from './roster';
import type { WaitingRoom } from './waiting-room';

/** The client's side of one call. Implemented over the raw HTTP response; everything is synchronous. */
export abstract class Reply {
  /** Flat list of names and values. Called once. */
  abstract head(status: number, headers: readonly string[]): void;
  /** False: the client is slow, wait for `onDrain`. */
  abstract write(chunk: Buffer | string): boolean;
  abstract end(chunk?: Buffer | string): void;
  /** Breaks the connection off in mid-answer: the one way of saying that bytes are not complete. */
  abstract cut(): void;
  /** True once the client has left before the end. */
  abstract readonly gone: boolean;
  onDrain: (() => void) | undefined;
  /** The client left before the answer was complete. */
  onGone: (() => void) | undefined;
}

/** What was measured beside the ledger entry; milliseconds. */
export interface CallTimings {
  readonly durationMs: number;
  /** Time to the first content-bearing byte; undefined when there was none. */
  readonly ttftMs?: number;
  /** Ours alone: the whole minus the time upstream was working. */
  readonly overheadMs: number;
}

/** Hears about calls for metrics, traces and access lines. Must not throw and must not wait. */
export abstract class CallObserver {
  abstract callStarted(stream: boolean): void;
  abstract callEnded(entry: CallEntry, timings: CallTimings): void;
  /** An exception of our own that a call survived: worth a log line, never the client's business. */
  abstract defect(error: unknown): void;
}

/** Limits of one configuration; read anew for each call. */
export interface CallPolicy {
  readonly maxAttempts: number;
  readonly deadlineMs: number;
  readonly maxQueueWaitMs: number;
  /** How long an answer is still read after its client left. */
  readonly drainMs: number;
}

/** What a call holds on to: a reload swaps the whole, calls under way keep theirs. */
export interface GatewaySnapshot {
  readonly catalog: ModelCatalog;
  readonly prices: PriceBook;
  readonly policy: CallPolicy;
}

export interface PipelineDeps {
  readonly snapshot: () => GatewaySnapshot;
  readonly upstream: Upstream;
  readonly authorizer: Authorizer;
  /** Fetches media for targets that take no URLs; without it they refuse them. */
  readonly media?: MediaFetcher;
  /** In front of every target: who may go there now. */
  readonly gates: TargetGates;
  readonly retries: RetryBudgets;
  /** What may be spent on second attempts beside slow ones. */
  readonly hedges: Hedges;
  /** Where calls wait for a target to open. */
  readonly waiting: WaitingRoom;
  readonly ledger: Ledger;
  readonly observer: CallObserver;
  readonly clock: Clock;
  readonly random: Random;
  readonly turns: RouteTurns;
  readonly active: ActiveCalls;
  /** Streams that want keep-alives. */
  readonly keepers: StreamKeepers;
  /** Where conversations are served; without it every call is placed anew. */
  readonly sessions?: SessionPlaces;
  /** What calls leave behind for later ones; without it nothing is remembered. */
  readonly memory?: CallMemory;
}

/** Anything that a slow ticker looks at once a second. */
export interface Keeper extends Member {
  tick(nowMs: number): void;
}

/** One ticker for all open streams: a timer per stream would cost more than the streams' own work. */
export class StreamKeepers {
  private readonly all = new Roster<Keeper>();

  add(keeper: Keeper): void {
    this.all.add(keeper);
  }

  remove(keeper: Keeper): void {
    this.all.remove(keeper);
  }

  get size(): number {
    return this.all.size;
  }

  tick(nowMs: number): void {
    for (const keeper of this.all.list()) keeper.tick(nowMs);
  }
}

/** Counts the calls of each route with several targets: what round-robin and weighted turn on. */
export class RouteTurns {
  private readonly counts = new Map<string, number>();

  /** The turn of the next call. */
  peek(alias: string): number {
    return this.counts.get(alias) ?? 0;
  }

  next(alias: string): number {
    const turn = this.peek(alias);
    this.counts.set(alias, turn + 1);
    return turn;
  }
}
