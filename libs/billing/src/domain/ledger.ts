import type { PicoUsd } from '@turnpike/kernel';
import type { DialectId, Usage } from '@turnpike/protocol';

export type Meter =
  | 'input'
  | 'cache_read'
  | 'cache_write_5m'
  | 'cache_write_1h'
  | 'output'
  | 'reasoning'
  | 'image'
  | 'audio_in'
  | 'audio_out'
  | 'search'
  | 'request';

/** How sure a figure is. `unbilled`: the provider charges nothing for such an attempt. */
export type AttemptState = 'measured' | 'estimated' | 'unbilled';

/** Why money bought nothing. */
export type WasteKind =
  'failed_attempt' | 'fallback' | 'hedge_loser' | 'client_abort' | 'stream_broken' | 'over_cap';

export interface ChargeLine {
  readonly meter: Meter;
  readonly quantity: number;
  readonly unitPriceId: string;
  readonly costPicoUsd: PicoUsd;
  /** Cache lines alone: what the same tokens would have cost as plain input. Savings are this minus the cost. */
  readonly uncachedCostPicoUsd?: PicoUsd;
  readonly confidence: 'measured' | 'estimated';
}

/** One upstream attempt: the unit of record. */
export interface AttemptEntry {
  readonly id: string;
  readonly n: number;
  readonly provider: string;
  readonly credential: string;
  readonly quotaGroup: string;
  /** Model name at the provider. */
  readonly model: string;
  readonly lane: 'passthrough' | 'translate';
  readonly state: AttemptState;
  /** Upstream status; null without an HTTP answer. */
  readonly status: number | null;
  /** Slug of what went wrong; undefined when it went well. */
  readonly reason?: string;
  readonly failureClass?: string;
  readonly waste?: WasteKind;
  readonly startedAtMs: number;
  readonly firstByteAtMs?: number;
  readonly endedAtMs: number;
  readonly usage?: Usage;
  readonly lines: readonly ChargeLine[];
  readonly costPicoUsd: PicoUsd;
  /** No price is known for it; cost is 0 and the report says so. */
  readonly unpriced: boolean;
}

export interface DroppedTarget {
  readonly provider: string;
  readonly credential?: string;
  readonly model: string;
  readonly reason: string;
  readonly untilMs?: number;
}

export type CallState = 'succeeded' | 'failed' | 'refused' | 'cancelled' | 'broken';

/** One received call with all its attempts, settled. */
export interface CallEntry {
  readonly id: string;
  /** What the client sent as x-request-id, else the call id. */
  readonly requestId: string;
  readonly dialect: DialectId;
  /** Which of the gateway's operations was asked: `generate`, `embeddings`, ... */
  readonly operation: string;
  readonly requestedModel: string;
  /** The route that was resolved, when it was. */
  readonly alias?: string;
  readonly keyId: string;
  readonly ownerId: string;
  /** Email or slug at the time of the call. */
  readonly ownerLabel: string;
  readonly teamId?: string;
  /** undefined: the `unassigned` bucket. */
  readonly projectId?: string;
  /** Slug at the time of the call, for logs and metrics; the ledger keeps the id. */
  readonly projectLabel?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly state: CallState;
  readonly reason?: string;
  /** Status sent to the client; 499 when it left before. */
  readonly status: number;
  readonly stream: boolean;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly attempts: readonly AttemptEntry[];
  readonly dropped: readonly DroppedTarget[];
  readonly warnings: readonly string[];
  readonly costPicoUsd: PicoUsd;
}

/** Takes settled calls. `record` never throws and never waits; every entry is written exactly once. */
export abstract class Ledger {
  abstract record(call: CallEntry): void;
  /** Everything recorded so far is durable when this resolves. */
  abstract flush(): Promise<void>;
  /** Flushes and stops; after a graceful stop nothing is lost. */
  abstract close(): Promise<void>;
}
