import type { JsonObject } from '@turnpike/kernel';

/** What one voice says: the provider itself, or somebody it quotes. */
export interface ErrorVoice {
  /** The sentence a person should see. */
  readonly message: string;
  /** Every sentence of this voice, for phrases and waits; at most 4 KiB. */
  readonly text: string;
  readonly type?: string;
  readonly code?: string;
  readonly param?: string;
  /** Codes, types, reasons and quota ids, lower case. */
  readonly codes: readonly string[];
  /** HTTP status that the body states. */
  readonly status?: number;
  /** Objects in which a wait may stand. */
  readonly sources: readonly JsonObject[];
}

export interface ErrorReading {
  readonly own: ErrorVoice;
  /** Text of the provider's own upstream: may weaken a class, never means our credit or our key. */
  readonly quoted?: ErrorVoice;
  /** Headers that travel inside the body, names lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The provider says that the failure came from behind it. */
  readonly relayed: boolean;
  /** An error was found, not just some text. */
  readonly found: boolean;
  /** What an answer without an error says about its end. */
  readonly finish?: 'filtered' | 'failed';
  readonly html: boolean;
}

export const MAX_TEXT = 4_096;

export const EMPTY_VOICE: ErrorVoice = { message: '', text: '', codes: [], sources: [] };
