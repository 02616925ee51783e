import type { Random } from '@turnpike/kernel';
import type { Failure, QuotaLimits } from '@turnpike/protocol';
import type { Demand } from './group/demand';
import type { Entry, ProviderDay } from './group/group-state';
import type { Place } from './group/place';
import type { GroupStore } from './group-store';

/** A place with what its provider grants the whole group. */
export interface GatedPlace extends Place {
  readonly limits?: QuotaLimits;
}

/** What an attempt was let in with; it has to be handed back. */
export interface Pass {
  readonly kind: 'pass';
  readonly place: GatedPlace;
  readonly enteredAtMs: number;
  /** What it holds of the group; undefined: nothing is shared, nothing has to be settled. */
  readonly taken: Entry | undefined;
  /** Nothing but requests and tokens of the configured limits was counted. */
  readonly onlyCounted?: boolean;
  /** When it was counted, by the store's clock, where that is not when it was let in. */
  readonly countedAtMs?: number | undefined;
}

/** How large a call is, as far as it can be told before it is made; asked only where limits are known. */
export interface CallSize {
  readonly inputTokens: number;
  /** What the client allows; undefined: whatever the model allows. */
  readonly outputCap: number | undefined;
}

/** Of a question that is about a target and not about a call. */
export const NO_SIZE: CallSize = { inputTokens: 0, outputCap: 0 };

/** How an attempt ended, and what it really used; `used` is undefined when nobody knows. */
export type PassEnd = { readonly used?: Demand } & (
  | { readonly kind: 'succeeded' }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      /** The provider has answered. */
      readonly reached: boolean;
    }
  /** No verdict: the client left, or the request could not be made. */
  | { readonly kind: 'gone'; readonly reached: boolean }
);

export interface GateOptions {
  readonly store: GroupStore;
  readonly random: Random;
  /** The provider's day; asked only where limits per day are stated. */
  readonly dayOf: (place: Place, nowMs: number) => ProviderDay;
  /** Told of failures that only the platform team can mend: an empty account, a refused key, a model that is gone. */
  readonly onAlarm?: (place: Place, failure: Failure) => void;
}
