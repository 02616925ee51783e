import type { AttemptLimits, Candidate, RoutableTarget } from './types';

/** A candidate that may still be tried. */
export interface Waiting<T extends RoutableTarget> {
  readonly candidate: Candidate<T>;
  /** Epoch milliseconds before which it is not called; 0: at once. */
  readonly readyAtMs: number;
  /** Why it has to wait: its own cooldown, or a pause before the same target is asked again. */
  readonly because: 'cooldown' | 'backoff';
  /** Waits of our own making are no obstacle: there is no other. */
  readonly force?: boolean;
}

/** Where one call stands between two attempts. Plain data: copied, never changed. */
export interface AttemptState<T extends RoutableTarget> {
  readonly limits: AttemptLimits;
  /** In order of preference. */
  readonly queue: readonly Waiting<T>[];
  /** Attempts that have ended. */
  readonly made: number;
  /** Milliseconds spent so far in waiting for targets to wake up. */
  readonly waitedMs: number;
  /** Same-target pauses so far: the exponent of the next one. */
  readonly backoffs: number;
  /** Drawn once per call from [0, 1): spreads the pauses of many callers over their full range. */
  readonly jitter: number;
  /** Targets whose second credential has been asked for after a refused one. */
  readonly credentialSwitches: readonly T[];
  /** Epoch milliseconds of the first known recovery among what failed or cools. */
  readonly retryAtMs?: number;
  /** The request itself was refused: no other target can help. */
  readonly refused: boolean;
}
