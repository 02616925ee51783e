import type { Part } from './content';
import type { Usage } from './usage';

export type StopReason =
  | 'end'
  | 'stop_sequence'
  | 'length'
  | 'context_full'
  | 'tool'
  | 'filtered'
  | 'refusal'
  | 'pause'
  | 'malformed_call'
  | 'error';

/** Why an answer was withheld, as far as the vendor says. */
export interface StopDetails {
  /** The vendor's word for what it was about. */
  readonly category?: string;
  /** A sentence for the reader. */
  readonly explanation?: string;
}

/** One more answer to the same request, where several were asked for; its number counts from 1. */
export interface Choice {
  readonly choice: number;
  readonly parts: readonly Part[];
  readonly stop: StopReason;
  readonly stopSequence?: string;
  readonly stopDetails?: StopDetails;
}

/** A whole answer in our own vocabulary. */
export interface ChatResponse {
  readonly id?: string;
  readonly model?: string;
  /** Seconds since the epoch, where the upstream told. */
  readonly createdAt?: number;
  /** Order: as the upstream gave them (reasoning, text, calls as they came). */
  readonly parts: readonly Part[];
  readonly stop: StopReason;
  readonly stopSequence?: string;
  readonly stopDetails?: StopDetails;
  /** The other choices, by their number. */
  readonly others?: readonly Choice[];
  readonly usage?: Usage;
}
