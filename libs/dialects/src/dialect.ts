import type { ErrorKind, JsonObject } from '@turnpike/kernel';
import type {
  Capabilities,
  ChatRequest,
  ChatResponse,
  DialectId,
  Loss,
  Machine,
  PartialUsage,
  Restoration,
  SseEvent,
  StopReason,
  StreamEvent,
  Usage,
  VendorError,
} from '@turnpike/protocol';

/** What a request encoder has to know of where the request goes. */
export interface EncodeTarget {
  /** Model name at the provider. */
  readonly model: string;
  readonly capabilities: Capabilities;
  /** Vendor whose signatures and file ids this target accepts. */
  readonly vendor: string;
}

export interface EncodedRequest {
  readonly body: JsonObject;
  readonly losses: readonly Loss[];
  readonly restoration: Restoration;
}

/** What a response encoder is told at birth: machines have no clock and no random of their own. */
export interface AnswerView {
  /** Unique per answer, without the dialect's prefix. */
  readonly id: string;
  /** The name the client asked for. */
  readonly model: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  readonly includeUsage: boolean;
  /** False: the client did not ask to see reasoning, so it gets signatures alone. Absent: shown. */
  readonly showReasoning?: boolean;
  /** Local estimate, for dialects that show input tokens before the upstream has told them. */
  readonly inputEstimate: number;
}

/** An error as the dialect renders it. `turnpike` is put into `error` as it is. */
export interface ErrorView {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly requestId: string;
  readonly param?: string;
  /** The vendor's own words, where its error reaches the caller. */
  readonly vendorType?: string;
  readonly vendorCode?: string;
  readonly vendorDetails?: JsonObject;
  /** Status to keep (422 stays 422); else the dialect's status of the kind. */
  readonly status?: number;
  readonly turnpike: JsonObject;
}

/** Verdict bits of a tap on one event of a passthrough stream. */
export const TAP = {
  /** A non-empty text, reasoning, refusal or media delta, or a call with its name: failover ends here. */
  CONTENT: 1,
  /** Carries a finish reason. */
  FINISH: 2,
  /** Carries nothing but usage (the chunk a Chat client did not ask for). */
  USAGE_ONLY: 4,
  ERROR: 8,
  /** The dialect's last event ([DONE], message_stop). */
  TERMINAL: 16,
} as const;

/** Reads a copy of a passthrough stream for metering. It may fail; the stream may not. */
export interface StreamTap {
  /** One whole event, `bytes[start, end)`, blank line included or not. Returns TAP bits. */
  inspect(bytes: Buffer, start: number, end: number): number;
  readonly usage: Usage | undefined;
  readonly stop: StopReason | undefined;
  readonly error: VendorError | undefined;
  /** Length in bytes of text, reasoning and argument deltas seen, for the estimate when a stream is cut. */
  readonly textBytes: number;
  readonly model: string | undefined;
}

/** What a whole answer says about itself, read without building the canonical form. */
export interface AnswerReading {
  readonly usage?: Usage;
  readonly stop?: StopReason;
  /** True: text, reasoning, refusal, media or a call is there. */
  readonly content: boolean;
  /** An error inside a 200. */
  readonly error?: VendorError;
  readonly textBytes: number;
  readonly model?: string;
}

export interface StreamDecoderOptions {
  readonly capabilities: Capabilities;
  /** Whose signatures these are, where the server is not the dialect's own vendor. */
  readonly vendor?: string;
}

/** Watches a stream of one dialect leave for its client: dialects that number their events need one. */
export interface StreamPlace {
  /** Whole events as they leave; returns what has to leave instead. */
  pass(chunk: Buffer | string): Buffer | string;
  /** Bytes that keep an idle stream open. They leave as they are. */
  keepAlive(): string;
  /** The last event of a stream that broke. It leaves as it is. */
  errorEvent(error: ErrorView): string;
}

/** What is asked outside of the body, where a dialect says so in its URL. */
export interface Address {
  readonly model: string;
  readonly stream: boolean;
}

export interface Dialect {
  readonly id: DialectId;
  /** Content type of a streamed answer. */
  readonly decodeRequest: (body: JsonObject, address?: Address) => ChatRequest;
  readonly encodeRequest: (request: ChatRequest, target: EncodeTarget) => EncodedRequest;
  /** `vendor`: whose signatures these are, where the server is not the dialect's own vendor. */
  readonly decodeResponse: (body: JsonObject, vendor?: string) => ChatResponse;
  readonly encodeResponse: (response: ChatResponse, view: AnswerView) => JsonObject;
  readonly createStreamDecoder: (options: StreamDecoderOptions) => Machine<SseEvent, StreamEvent>;
  readonly createStreamEncoder: (view: AnswerView) => Machine<StreamEvent, string>;
  readonly createTap: () => StreamTap;
  /** @throws SyntaxError when the body is not JSON. */
  readonly readAnswer: (body: Buffer) => AnswerReading;
  readonly renderError: (error: ErrorView) => { readonly status: number; readonly body: JsonObject };
  /** The same as an event at the end of a stream that has begun; the connection closes after it. */
  readonly renderErrorEvent: (error: ErrorView) => string;
  /** Bytes that keep an idle stream open; undefined where the dialect has none. */
  readonly keepAlive: string | undefined;
  /** Last event of every stream: clients wait for it where a provider has left it out. */
  readonly streamEnd: string;
  /** Only where a keep-alive or a late error has to know what left before it. */
  readonly createStreamPlace?: () => StreamPlace;
  readonly writeUsage: (usage: PartialUsage) => JsonObject;
}
