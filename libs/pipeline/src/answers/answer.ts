import type { Units } from '@turnpike/dialects';
import type { EndReason, StopReason, Usage, VendorError } from '@turnpike/protocol';
import type { Remains } from './remains';

/** What operations cost beside the tokens they tell of. */
export interface Metering {
  readonly units?: Units;
  /** Exchanges that were made for the one question; absent: one. */
  readonly requests?: number;
  /** `free`: nobody bills it. `hidden`: it is billed, and the answer does not say what. */
  readonly told?: 'free' | 'hidden';
}

/** What an upstream's answer has shown so far. */
export interface Progress {
  /** Something content-bearing has come: failover ends here. */
  readonly content: boolean;
  /** The dialect's terminal marker has come. */
  readonly finished: boolean;
  readonly stop: StopReason | undefined;
  readonly usage: Usage | undefined;
  /** An error inside the answer. */
  readonly error: VendorError | undefined;
  /** Bytes of text, reasoning and arguments seen, for the estimate. */
  readonly textBytes: number;
  readonly metering?: Metering;
}

/** Before anything has come, and where nothing could be read. */
export const NOTHING_YET: Progress = {
  content: false,
  finished: false,
  stop: undefined,
  usage: undefined,
  error: undefined,
  textBytes: 0,
};

/** Turns the bytes of one upstream answer into bytes for the client, and keeps count. May not throw. */
export interface Answer {
  readonly progress: Progress;
  /** Leaves as it comes; else it is held to its end and priced before its head is written. */
  readonly live: boolean;
  /** What the client gets; absent: JSON, or server-sent events where the answer is live. */
  readonly contentType?: string;
  /** Heads that say what an answer cost; flat names and values, before the bytes they belong to. */
  readHead?(headers: readonly string[]): void;
  push(chunk: Buffer): void;
  /** Called once. For whole answers this is where everything happens. */
  end(reason: EndReason): void;
  /** What later calls may need of it, once it was delivered; absent: nothing. */
  readonly remains?: Remains;
  /** Bytes that are ready for the client since the last call, joined; undefined when there are none. */
  take(): Buffer | string | undefined;
}

/** Stops that are an answer even when nothing was said. */
const NEVER_EMPTY: ReadonlySet<StopReason> = new Set([
  'stop_sequence',
  'length',
  'context_full',
  'filtered',
  'refusal',
  'pause',
]);

/** A normal stop without anything content-bearing and without output tokens is a failure, not an answer. */
export function isEmptyAnswer(progress: Progress): boolean {
  if (progress.content) return false;
  if (progress.stop !== undefined && NEVER_EMPTY.has(progress.stop)) return false;
  return (progress.usage?.output ?? 0) === 0;
}

/** The provider's filter or the model itself withheld the answer. */
export const isRefusal = ({ stop }: Progress): boolean => stop === 'filtered' || stop === 'refusal';
