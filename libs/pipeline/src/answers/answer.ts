import type { EndReason, StopReason, Usage, VendorError } from '@turnpike/protocol';

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
}

/** Turns the bytes of one upstream answer into bytes for the client, and keeps count. May not throw. */
export interface Answer {
  readonly progress: Progress;
  push(chunk: Buffer): void;
  /** Called once. For whole answers this is where everything happens. */
  end(reason: EndReason): void;
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
