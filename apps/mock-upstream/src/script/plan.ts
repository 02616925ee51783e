import type { AnswerPart, StopKind } from '../answer/answer';
import type { ErrorWording } from '../wire/vendor-error';

/** How a 429 tells its waiting time. */
export const LIMIT_FAMILIES = [
  'seconds',
  'date',
  'ms',
  'openai',
  'anthropic',
  'unified',
  'google',
  'google-day',
  'google-zero',
  'none',
] as const;
export type LimitFamily = (typeof LIMIT_FAMILIES)[number];

/** Where a broken answer breaks, and how. `connect` is before the head, `headers` after it, `end` before the terminal event. */
export const CUT_FAULTS = [
  'drop:connect',
  'drop:headers',
  'drop:start',
  'drop:mid',
  'drop:end',
  'eof:headers',
  'eof:start',
  'eof:mid',
  'eof:end',
  'error:headers',
  'error:start',
  'error:mid',
  'error:end',
  'stall:connect',
  'stall:headers',
  'stall:start',
  'stall:mid',
  'stall:end',
] as const;
export type CutFault = (typeof CUT_FAULTS)[number];

export type Fault =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'cut'; readonly cut: CutFault }
  | { readonly kind: 'empty' }
  | { readonly kind: 'error-in-200' };

/** Everything a script can order for one request. All optional: what is not said stays as the request implies. */
export interface Plan {
  /** Joins this request with the caller's records. */
  readonly id?: string;
  readonly text?: string;
  /** Number of pieces a text is streamed in. */
  readonly chunks?: number;
  /** The whole answer, part by part; replaces text, think, tool and so on. */
  readonly parts?: readonly AnswerPart[];
  /** Number of thinking blocks (1 when the request asks for thinking), redacted blocks, images, tool calls. */
  readonly think?: number;
  readonly redacted?: number;
  readonly image?: number;
  readonly tool?: number;
  readonly toolName?: string;
  /** JSON text of the arguments. */
  readonly toolArgs?: string;
  /** Call tools although results of earlier calls have just come. */
  readonly again?: boolean;
  /** Mix the fragments of parallel calls (chat streams). */
  readonly interleave?: boolean;
  /** Text before the tool calls. */
  readonly sayToo?: boolean;
  readonly stop?: StopKind;
  readonly tokens?: number;
  readonly in?: number;
  readonly cached?: number;
  readonly cacheWrite?: number;
  readonly cacheWrite1h?: number;
  readonly reasoning?: number;
  readonly noUsage?: boolean;
  /** Answer past the caller's max_tokens. */
  readonly ignoreCap?: boolean;
  /** Skip the strict checks. */
  readonly lax?: boolean;
  /** Pause between stream events. */
  readonly delayMs?: number;
  /** Pause before the head. */
  readonly firstByteMs?: number;
  /** Write streams in pieces of this many bytes. */
  readonly splitBytes?: number;
  readonly fault?: Fault;
  /** The fault hits only the first n requests of this plan. */
  readonly times?: number;
  /** The fault hits only these instances, ports or credentials. */
  readonly on?: readonly string[];
  readonly limit?: LimitFamily;
  readonly waitMs?: number;
  readonly wording?: ErrorWording;
  readonly message?: string;
  /** Life of an access token, in seconds. */
  readonly expiresIn?: number;
  readonly headers?: Readonly<Record<string, string>>;
}
