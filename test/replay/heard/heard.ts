import { isObject, type Json, type JsonObject } from '@turnpike/kernel';

/** Tokens of one answer, caches inside of `input`, reasoning inside of `output`. */
export interface Tokens {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  readonly reasoning: number;
}

export interface HeardCall {
  readonly name: string;
  /** JSON text; of a free-text tool the text itself. */
  readonly args: string;
  readonly free: boolean;
}

/** `other`: a word whose class is nobody's business here. */
export type HeardStop = 'end' | 'length' | 'tool' | 'filtered' | 'other';

/**
 * What an answer says, read from the wire without the product's readers. `error`: it says that it failed; `cut`: its
 * last marker is missing; `pending`: it is told elsewhere, later; `unreadable`: it is no answer of this wire.
 */
export interface Heard {
  readonly end: 'complete' | 'cut' | 'error' | 'pending' | 'unreadable';
  readonly text: string;
  readonly refusal: string;
  /** Why the answer was withheld, told beside it. */
  readonly explanation?: string;
  readonly reasoning: string;
  readonly calls: readonly HeardCall[];
  readonly stop: HeardStop;
  /** Blocks that only the vendor understands, and media. */
  readonly others: number;
  /** Answers to one request; all else is about the first. */
  readonly choices: number;
  readonly tokens?: Tokens;
}

/** The same while it is gathered. */
export class Hearing {
  end: Heard['end'] = 'cut';
  text = '';
  refusal = '';
  explanation = '';
  reasoning = '';
  readonly calls: { name: string; args: string; free: boolean }[] = [];
  stop: HeardStop = 'other';
  others = 0;
  choices = 1;
  tokens: Tokens | undefined;

  /** Calls make an ordinary end one for tools, in every dialect. */
  done(): Heard {
    const calls = this.calls.filter((call) => call.name !== '');
    const stop = this.stop === 'end' && calls.length > 0 ? 'tool' : this.stop;
    return {
      end: this.end,
      text: this.text,
      refusal: this.refusal,
      explanation: this.explanation,
      reasoning: this.reasoning,
      calls,
      stop: stop === 'tool' && calls.length === 0 ? 'end' : stop,
      others: this.others,
      choices: this.choices,
      ...(this.tokens && { tokens: this.tokens }),
    };
  }
}

export const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
export const objectsOf = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : [];
export const wordsOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** A count; undefined for null, nonsense and nothing. */
export const countOf = (value: Json | undefined): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;

/** Arguments as JSON text, whichever way they came. */
export function argsOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/** Reads one dialect: a whole body, or the events of a stream in their order. */
export interface Hearer {
  readonly whole: (body: JsonObject) => Heard;
  readonly stream: (events: readonly { readonly event?: string; readonly data: string }[]) => Heard;
  readonly tokens: (usage: JsonObject) => Tokens | undefined;
}
