import type { IncomingHttpHeaders } from 'node:http';
import type { Json, JsonObject } from '@turnpike/kernel';
import type { Answer } from '../answer/answer';
import type { VendorError } from './vendor-error';

export type Operation = 'generate' | 'count-tokens' | 'list-models' | 'get-model';

export interface ToolOffer {
  readonly name: string;
  readonly schema: JsonObject;
}

/** What a request means, in words common to both dialects. */
export interface Understood {
  readonly streams: boolean;
  /** The caller's cap on output tokens. */
  readonly cap: number | undefined;
  readonly tools: readonly ToolOffer[];
  /** False when the caller forbids tools. */
  readonly mayCall: boolean;
  /** The tool that must be called, `*` for any. */
  readonly mustCall: string | undefined;
  /** Texts of the user turns, in order; tool results are not among them. */
  readonly userTexts: readonly string[];
  /** Texts of the tool results after the last assistant turn. */
  readonly results: readonly string[];
  readonly imageCount: number;
  readonly thinks: boolean;
  readonly stops: readonly string[];
  readonly wantsUsage: boolean;
  readonly answerSchema: JsonObject | undefined;
  readonly wantsJson: boolean;
  readonly choices: number;
  readonly promptCharacters: number;
}

/** One event of a stream as it goes over the wire. `phase` tells a fault where to cut. */
export interface StreamStep {
  readonly wire: string;
  readonly phase: 'start' | 'content' | 'close' | 'end';
  /** This event states the final usage. */
  readonly reports?: boolean;
}

/** One vendor's wire: written by hand and apart from the gateway's codecs, so that it can judge them. */
export interface WireDialect {
  readonly name: 'chat' | 'messages';
  credentialOf(headers: IncomingHttpHeaders): string | undefined;
  /** The first thing wrong with a request, as the vendor would say it. */
  check(body: Json | undefined, headers: IncomingHttpHeaders, operation: Operation): VendorError | undefined;
  understand(body: JsonObject): Understood;
  whole(answer: Answer): string;
  steps(answer: Answer): StreamStep[];
  errorBody(error: VendorError): JsonObject;
  errorEvent(error: VendorError): string;
}
