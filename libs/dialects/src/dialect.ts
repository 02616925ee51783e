import type { ErrorKind, Json, JsonObject } from '@turnpike/kernel';
import type {
  Capabilities,
  ChatRequest,
  ChatResponse,
  DialectId,
  EventReader,
  Loss,
  Machine,
  MediaPart,
  PartialUsage,
  Restoration,
  SseEvent,
  StopReason,
  StreamEvent,
  UpstreamDialectId,
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
  /** Betas that a Messages client has named and the target knows, for wires that name them in the body. */
  readonly betas?: readonly string[];
  /** What the client calls its session, hashed: requests of one session find one prompt cache. */
  readonly session?: string;
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
  /** What the client asked for, where it was decoded: some dialects repeat it, or answer as it was asked. */
  readonly request?: ChatRequest;
  /** What becomes of the answer, in dialects whose servers remember. */
  readonly state?: { readonly previousId?: string; readonly stored: boolean };
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
  /** The whole answer, once it has ended; only of a tap that was told to keep it. */
  readonly response?: JsonObject;
}

export interface TapOptions {
  /** The answer is to be remembered: the tap keeps what it has read of it. */
  readonly keepsResponse: boolean;
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

/** What a request says of state that a server keeps. */
export interface StateRequest {
  /** The answer that this one goes on from. */
  readonly previousId?: string;
  /** A conversation is named that only the upstream has. */
  readonly namesConversation: boolean;
  /** The answer may be gone on from later. */
  readonly stores: boolean;
}

/** Whose answer it is: proofs in it are nothing to others. */
export interface AnswerOrigin {
  readonly vendor: string;
  /** The upstream account, in a form that may be shown. */
  readonly account: string;
}

/** Only in dialects whose servers remember: a request may name an answer instead of repeating what led to it. */
export interface ConversationCodec {
  /** Members by which a request names the answer before, and in which it says what is new. */
  readonly previousMember: string;
  readonly itemsMember: string;
  /** `member` reads one of the request's. @throws GatewayError invalid_request for members of a wrong type. */
  readonly readState: (member: (name: string) => unknown) => StateRequest;
  /** What a request adds to its conversation, out of the JSON text of its items. */
  readonly inputItems: (items: string) => Json[];
  /** What an answer adds to it. */
  readonly outputItems: (response: JsonObject, origin: AnswerOrigin) => Json[];
  /** JSON text of a conversation for targets of these accounts, without what one of them cannot verify. */
  readonly replayItems: (items: readonly Json[], accounts: ReadonlySet<string>) => string;
  /** The answer in which a finished stream ended, out of its last events. */
  readonly readEnd: (text: string) => JsonObject | undefined;
  readonly idOf: (response: JsonObject) => string | undefined;
}

/** What is asked outside of the body, where a dialect says so in its URL. */
export interface Address {
  readonly model: string;
  readonly stream: boolean;
}

/** What a target's wire needs: requests go up in it, answers come back in it. */
export interface UpstreamDialect {
  readonly id: UpstreamDialectId;
  readonly encodeRequest: (request: ChatRequest, target: EncodeTarget) => EncodedRequest;
  /** `vendor`: whose signatures these are, where the server is not the dialect's own vendor. */
  readonly decodeResponse: (body: JsonObject, vendor?: string) => ChatResponse;
  readonly createStreamDecoder: (options: StreamDecoderOptions) => Machine<SseEvent, StreamEvent>;
  /** @throws SyntaxError when the body is not JSON. */
  readonly readAnswer: (body: Buffer) => AnswerReading;
  /** False for a part whose URL this wire cannot carry: its bytes are sent instead. Absent: it carries all. */
  readonly takesUrl?: (part: MediaPart) => boolean;
  /** Only where streams are not server-sent events. */
  readonly framing?: StreamFraming;
}

/** How a stream is framed where it is not SSE. */
export interface StreamFraming {
  /** Content type that a stream is asked for and comes with. */
  readonly contentType: string;
  readonly createReader: () => EventReader;
}

/**
 * What a request asks for, out of single members and before anything is decoded: routes are chosen by it. `member` reads
 * one by its lower-case name. @throws GatewayError invalid_request for members of a wrong type.
 */
export interface TaskReader {
  readonly thinks: (member: MemberReader) => boolean;
  /** The answer has to be JSON. */
  readonly wantsJson: (member: MemberReader) => boolean;
  /** How an element of the list of turns says that it brings tools, as bytes of JSON; where there are such elements. */
  readonly toolMark?: string;
}

export type MemberReader = (name: string) => Json | undefined;

/** Both sides: a front door and an upstream format. */
export interface Dialect extends UpstreamDialect {
  readonly id: DialectId;
  readonly decodeRequest: (body: JsonObject, address?: Address) => ChatRequest;
  readonly encodeResponse: (response: ChatResponse, view: AnswerView) => JsonObject;
  readonly createStreamEncoder: (view: AnswerView) => Machine<StreamEvent, string>;
  readonly createTap: (options?: TapOptions) => StreamTap;
  readonly renderError: (error: ErrorView) => { readonly status: number; readonly body: JsonObject };
  /** The same as an event at the end of a stream that has begun; the connection closes after it. */
  readonly renderErrorEvent: (error: ErrorView) => string;
  /** Bytes that keep an idle stream open; undefined where the dialect has none. */
  readonly keepAlive: string | undefined;
  /** Last event of every stream: clients wait for it where a provider has left it out. */
  readonly streamEnd: string;
  /** Only where a keep-alive or a late error has to know what left before it. */
  readonly createStreamPlace?: () => StreamPlace;
  readonly task: TaskReader;
  /** Call ids that its clients may be given. */
  readonly callIds: RegExp;
  /** Only where servers remember answers. */
  readonly conversation?: ConversationCodec;
  readonly writeUsage: (usage: PartialUsage) => JsonObject;
}
