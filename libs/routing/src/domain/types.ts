import type { Failure } from '@turnpike/protocol';

/** What routing needs of a target; the provider lib's Target fits. */
export interface RoutableTarget {
  readonly provider: {
    readonly name: string;
    readonly credentials: readonly {
      readonly id: string;
      readonly name: string;
      readonly quotaGroup: string;
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
  /** Slug of the reason: `cooling_rate_minute`, `breaker_open`, ... */
  readonly reason: string;
  readonly untilMs?: number;
}

/** A candidate that may be tried once its cooldown has ended. */
export interface CoolingCandidate<T extends RoutableTarget> {
  readonly candidate: Candidate<T>;
  /** Epoch milliseconds. */
  readonly untilMs: number;
}

/** Ordered candidates and, for each dropped one, why. */
export interface RoutePlan<T extends RoutableTarget> {
  readonly candidates: readonly Candidate<T>[];
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
  /** Longest wait for a target to wake up instead of refusing. */
  readonly maxQueueWaitMs: number;
}

export type Step<T extends RoutableTarget> =
  | { readonly kind: 'call'; readonly candidate: Candidate<T>; readonly n: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | {
      readonly kind: 'give-up';
      readonly why: 'attempts' | 'deadline' | 'exhausted' | 'cooling' | 'caller';
      readonly retryAtMs?: number;
    };

export interface Cooldown {
  readonly credentialId: string;
  /** undefined: the whole credential. */
  readonly model?: string;
  readonly class: Failure['class'];
  readonly provenance: Failure['provenance'];
  readonly untilMs: number;
  readonly strikes: number;
}

/** Who is cooling. Reads are synchronous: a shared store answers from its local copy of at most 1 s. */
export abstract class Cooldowns {
  /** The cooldown that keeps this candidate out now, if any; of several the one that ends last. */
  abstract find(
    candidate: {
      readonly credentialId: string;
      readonly quotaGroup: string;
      readonly provider: string;
      readonly model: string;
    },
    nowMs: number,
  ): Cooldown | undefined;
  abstract reportFailure(
    at: {
      readonly credentialId: string;
      readonly quotaGroup: string;
      readonly provider: string;
      readonly model: string;
    },
    failure: Failure,
    nowMs: number,
  ): void;
  abstract reportSuccess(
    at: {
      readonly credentialId: string;
      readonly quotaGroup: string;
      readonly provider: string;
      readonly model: string;
    },
    nowMs: number,
  ): void;
  abstract list(nowMs: number): readonly Cooldown[];
}
