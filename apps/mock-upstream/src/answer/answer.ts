/** What the model says, before any dialect's spelling. */
export type AnswerPart =
  | { readonly kind: 'text'; readonly chunks: readonly string[] }
  | {
      readonly kind: 'thinking';
      readonly chunks: readonly string[];
      /** As scripted; absent: the dialect signs. */ readonly signature?: string;
    }
  | { readonly kind: 'redacted'; /** As scripted; absent: the dialect seals. */ readonly data?: string }
  | { readonly kind: 'refusal'; readonly chunks: readonly string[] }
  | { readonly kind: 'image'; readonly mime: string; readonly data: string }
  | {
      readonly kind: 'tool';
      readonly id: string;
      readonly name: string;
      /** JSON text; free text of a custom tool. */ readonly args: string;
      readonly namespace?: string;
      readonly custom?: boolean;
    };

/** `blocked`: the prompt was refused, nothing was said; `malformed`: a call came out broken. */
export const STOP_KINDS = [
  'end',
  'length',
  'tool',
  'refusal',
  'stop_sequence',
  'pause',
  'context',
  'malformed',
  'blocked',
] as const;
export type StopKind = (typeof STOP_KINDS)[number];

/** Tokens by price class; `input` excludes what was read from or written to a cache, `output` includes reasoning. */
export interface AnswerUsage {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly output: number;
  readonly reasoning: number;
}

export interface Answer {
  readonly id: string;
  /** Differs from turn to turn of a conversation, so that ids made of it do not repeat. */
  readonly turn: string;
  readonly model: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  readonly parts: readonly AnswerPart[];
  readonly stop: StopKind;
  /** The stop sequence that ended the answer, when one did. */
  readonly stopText: string | null;
  readonly usage: AnswerUsage;
  /** False: the answer carries no usage at all. */
  readonly reportsUsage: boolean;
  /** The caller asked for usage on a chat stream. */
  readonly wantsUsage: boolean;
  /** Chat streams may mix the fragments of parallel calls. */
  readonly interleaved: boolean;
  /** Number of choices (chat `n`). */
  readonly choices: number;
}
