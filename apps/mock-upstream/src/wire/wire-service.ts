import type { AnswerUsage } from '../answer/answer';
import type { Plan } from '../script/plan';
import type { VendorError } from './vendor-error';
import type { StreamStep } from './wire-dialect';
import type { WireRequest } from './wire-request';

/** An answer ready to go out, before any fault. */
export type Reply =
  | {
      readonly kind: 'whole';
      readonly type: string;
      readonly body: string | Uint8Array;
      readonly headers?: Readonly<Record<string, string>>;
      readonly usage?: AnswerUsage;
    }
  | {
      readonly kind: 'stream';
      readonly type: string;
      readonly steps: readonly StreamStep[];
      /** No error can be told inside: it can only break off. */
      readonly mute?: boolean;
      readonly usage?: AnswerUsage;
    };

/** One accepted request for a service. */
export interface ServiceCall {
  readonly wire: WireRequest;
  /** undefined: nothing was ordered, the demo answers. */
  readonly plan: Plan | undefined;
  readonly model: string;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** What a provider does with a request for one operation. */
export interface WireService {
  /** Texts that may hold directives. */
  prompts(wire: WireRequest): readonly string[];
  /** How long all is that will be read; absent: as long as the prompts. */
  promptCharacters?(wire: WireRequest): number;
  check(wire: WireRequest): VendorError | undefined;
  reply(call: ServiceCall): Reply;
}

export const jsonReply = (body: string, usage?: AnswerUsage): Extract<Reply, { kind: 'whole' }> => ({
  kind: 'whole',
  type: 'application/json',
  body,
  usage,
});

/** What was only read. */
export const inputUsage = (input: number): AnswerUsage => ({
  input,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  reasoning: 0,
});
