import type { QuotaLimits } from '@turnpike/protocol';

/** What routing needs of a target; the provider lib's Target fits. */
export interface RoutableTarget {
  readonly provider: {
    readonly name: string;
    readonly credentials: readonly {
      readonly id: string;
      readonly name: string;
      readonly quotaGroup: string;
      /** What the provider grants the whole group. */
      readonly limits?: QuotaLimits;
    }[];
  };
  readonly model: string;
  readonly weight: number;
  /** Unknown windows are never called larger or smaller than another. */
  readonly capabilities?: { readonly contextWindow?: number };
}

/** A target with one of its usable credentials: what an attempt is made at. */
export interface Candidate<T extends RoutableTarget> {
  readonly target: T;
  readonly credential: T['provider']['credentials'][number];
}

export interface DroppedCandidate {
  readonly provider: string;
  readonly credential: string;
  readonly model: string;
  /** Slug of the reason: `cooling_rate_minute`, `recovering`, `breaker_open`, `provider_minute`, ... */
  readonly reason: string;
  readonly untilMs?: number;
}

/** A candidate that may be tried later. */
export interface CoolingCandidate<T extends RoutableTarget> {
  readonly candidate: Candidate<T>;
  /** Epoch milliseconds. */
  readonly untilMs: number;
}

/** Ordered candidates and, for each dropped one, why. */
export interface RoutePlan<T extends RoutableTarget> {
  readonly candidates: readonly Candidate<T>[];
  /** The one of them that is used although it sits out a wait of our own making: there is no other. */
  readonly forced?: Candidate<T>;
  /** The dropped ones that wake up again, the earliest first. */
  readonly cooling: readonly CoolingCandidate<T>[];
  readonly dropped: readonly DroppedCandidate[];
  /** Epoch milliseconds at which the first dropped candidate wakes up. */
  readonly earliestWakeMs?: number;
}

export interface AttemptLimits {
  readonly maxAttempts: number;
  /** Epoch milliseconds after which no attempt starts. */
  readonly deadlineAtMs: number;
  /** Longest wait in all for targets to wake up instead of refusing. */
  readonly maxQueueWaitMs: number;
}

export type Step<T extends RoutableTarget> =
  | {
      readonly kind: 'call';
      readonly candidate: Candidate<T>;
      readonly n: number;
      /** Waits of our own making are no obstacle. */
      readonly force: boolean;
    }
  | {
      readonly kind: 'wait';
      readonly ms: number;
      readonly because: 'cooldown' | 'backoff';
      /** Who is waited for. */
      readonly candidate: Candidate<T>;
    }
  | {
      readonly kind: 'give-up';
      readonly why: 'attempts' | 'deadline' | 'exhausted' | 'cooling' | 'caller';
      readonly retryAtMs?: number;
    };
