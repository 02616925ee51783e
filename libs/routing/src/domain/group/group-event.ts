import type { BucketNote, ReadingCall } from './quota-bucket';
import type { FailureNote, GroupPlace } from './place';

/** What became of a call, or what it told on the way. Times are waits and ages: clocks of replicas differ. */
export type GroupEvent =
  | {
      readonly kind: 'failed';
      readonly place: GroupPlace;
      readonly note: FailureNote;
      readonly lease?: string;
      /** From [0, 1): spreads how long a breaker stays open. */
      readonly draw: number;
    }
  | {
      /** An answer has begun to say something: what sat out is back. */
      readonly kind: 'proved';
      readonly place: GroupPlace;
      readonly lease?: string;
      /** How long ago the attempt began, in milliseconds. */
      readonly ageMs: number;
    }
  | {
      /** Whole answers of one place, counted together. */
      readonly kind: 'succeeded';
      readonly place: GroupPlace;
      readonly calls: number;
    }
  | {
      /** The call is over: what it held is free, what it really used is known. */
      readonly kind: 'settled';
      readonly lease: string;
      /** When it was let in, as an age. */
      readonly ageMs: number;
      /** When it was counted, by the clock of the store, where that is not when it was let in; 0: in no minute. */
      readonly countedAtMs?: number;
      /** Real use minus what was counted when it was let in. */
      readonly tokens: number;
      /** Nothing reached the provider: 1 request is given back. */
      readonly requests: number;
      readonly day?: string;
      /** Counted when it was let in minus real use, by kind; for what headers say of the model. */
      readonly spare?: {
        readonly model: string;
        readonly inputTokens: number;
        readonly outputTokens: number;
      };
    }
  | {
      readonly kind: 'read';
      readonly model: string;
      readonly buckets: readonly BucketNote[];
      readonly call?: ReadingCall;
    }
  /** These leases are still in use. */
  | { readonly kind: 'held'; readonly leases: readonly string[] };
