import type { Failure } from '@turnpike/protocol';

/** Where an attempt is made: a model through one credential of a provider. */
export interface Place {
  readonly credentialId: string;
  readonly quotaGroup: string;
  readonly provider: string;
  readonly model: string;
}

/** What routing remembers of a failure. Waits, not instants: clocks of replicas differ. */
export interface FailureNote {
  readonly class: Failure['class'];
  readonly scope: Failure['scope'];
  readonly provenance: Failure['provenance'];
  /** How long the provider wants to be left alone, in milliseconds; undefined: it did not say. */
  readonly waitMs?: number;
  /** It carried a code or a type. A 429 that carries neither is one that nobody could parse. */
  readonly readable: boolean;
}

/** The note of a failure at `nowMs`. A wait that is over already was not stated. */
export function noteOf(failure: Failure, nowMs: number): FailureNote {
  const waitMs = failure.wakeAtMs === undefined ? 0 : Math.round(failure.wakeAtMs - nowMs);
  return {
    class: failure.class,
    scope: failure.scope,
    provenance: waitMs > 0 ? failure.provenance : 'heuristic',
    ...(waitMs > 0 ? { waitMs } : {}),
    readable: failure.vendor.code !== undefined || failure.vendor.type !== undefined,
  };
}

/** A place within its group. */
export type GroupPlace = Pick<Place, 'credentialId' | 'model'>;

/** Credential and model: what breakers, penalties and times are kept by. */
export const placeKey = ({ credentialId, model }: GroupPlace): string => `${credentialId}\n${model}`;
