import type { IncomingHttpHeaders } from 'node:http';
import type { Json, JsonObject } from '@turnpike/kernel';
import type { Answer } from '../answer/answer';
import type { LimitFamily } from '../script/plan';
import type { VendorError } from './vendor-error';
import type { WireRequest } from './wire-request';

export const DIALECT_NAMES = [
  'chat',
  'messages',
  'responses',
  'gemini',
  'bedrock',
  'cohere',
  'ollama',
] as const;
export type DialectName = (typeof DIALECT_NAMES)[number];

export interface ToolOffer {
  readonly name: string;
  readonly schema: JsonObject;
  /** The group that the tool was offered in; its calls name it. */
  readonly namespace?: string;
  /** The tool takes free text. */
  readonly custom?: boolean;
}

/** What a request means, in words common to all dialects. */
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
  readonly wire: string | Uint8Array;
  readonly phase: 'start' | 'content' | 'close' | 'end';
  /** This event states the final usage. */
  readonly reports?: boolean;
}

/** How a vendor names callers and tells errors, whatever was asked. */
export interface WireFace {
  readonly name: DialectName | 'oauth';
  /** Signatures are good at one account only. */
  readonly sealsByAccount?: boolean;
  /** How a 429 tells its wait when the script gives only the wait; absent: retry-after. */
  readonly limitFamily?: LimitFamily;
  /** Status of a credential that is not taken; absent: 401. */
  readonly badKeyStatus?: number;
  /** Nobody is served without a credential, even where any will do. */
  readonly needsCredential?: boolean;
  credentialOf(headers: IncomingHttpHeaders, query: URLSearchParams): string | undefined;
  /** Who may ask, where a credential is more than a word; `secrets` by the name of their owner. */
  authenticate?(wire: WireRequest, secrets: Readonly<Record<string, string>>): VendorError | undefined;
  errorBody(error: VendorError): Json;
  errorHeaders?(error: VendorError): Record<string, string>;
  /** The error inside a stream of which `sent` events are out. */
  errorEvent(error: VendorError, sent: number, wire: WireRequest): string | Uint8Array;
}

/** One vendor's wire: written by hand and apart from the gateway's codecs, so that it can judge them. */
export interface WireDialect extends WireFace {
  readonly name: DialectName;
  /** The first thing wrong with a request, as the vendor would say it. */
  check(wire: WireRequest): VendorError | undefined;
  understand(wire: WireRequest): Understood;
  whole(answer: Answer, wire: WireRequest): string;
  steps(answer: Answer, wire: WireRequest): StreamStep[];
  /** Media type of a stream; absent: server-sent events. */
  streamType?(wire: WireRequest): string;
  /** Stores an answer that went out, where the vendor would. */
  keep?(answer: Answer, wire: WireRequest): void;
  /** The answer to a request for a count. */
  tokenCount?(tokens: number): JsonObject;
}
