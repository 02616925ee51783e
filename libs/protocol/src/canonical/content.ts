import type { Json, JsonObject } from '@turnpike/kernel';

/** Names the vendor whose account minted a signature, a file id or an opaque block ("anthropic", "openai", ...). */
export type Vendor = string;

/** Proof of a vendor that reasoning or a call is its own; no vendor accepts another's. */
export interface Signature {
  readonly vendor: Vendor;
  readonly value: string;
}

/** A prompt-cache breakpoint behind this part; the ttl as the client named it. */
export interface CacheMark {
  readonly ttl?: '5m' | '1h';
}

export type MediaSource =
  | { readonly kind: 'base64'; readonly data: string; readonly mimeType: string }
  | { readonly kind: 'url'; readonly url: string; readonly mimeType?: string }
  | { readonly kind: 'file'; readonly fileId: string; readonly vendor: Vendor; readonly mimeType?: string };

/** What an assistant's words are to the vendor that says so: said on the way, or the answer itself. */
export type Phase = 'commentary' | 'final_answer';

export interface TextPart {
  readonly kind: 'text';
  readonly text: string;
  /** Told of single texts in answers, and of whole turns in requests. */
  readonly phase?: Phase;
  readonly cache?: CacheMark;
  readonly citations?: readonly Json[];
  /** Google signs any part; other dialects have no place for it and leave it out. */
  readonly signature?: Signature;
  /** Members that only the client's dialect knows, for that dialect alone. */
  readonly native?: JsonObject;
}

export interface MediaPart {
  readonly kind: 'image' | 'audio' | 'video' | 'file';
  readonly source: MediaSource;
  readonly name?: string;
  readonly detail?: 'auto' | 'low' | 'high' | 'original';
  readonly cache?: CacheMark;
  /** The words of a plain-text document; `source` then carries the same as base64 or is ignored. */
  readonly text?: string;
  /** Members that only the client's dialect knows, for that dialect alone. */
  readonly native?: JsonObject;
}

export interface CallPart {
  readonly kind: 'call';
  readonly id: string;
  readonly name: string;
  /** JSON text, or free text for a custom tool. Kept as text so that no digit is lost. */
  readonly args: string;
  readonly tool: 'function' | 'custom';
  readonly namespace?: string;
  readonly signature?: Signature;
  readonly itemId?: string;
  readonly cache?: CacheMark;
  /** Members that only the client's dialect knows, for that dialect alone. */
  readonly native?: JsonObject;
}

export interface ResultPart {
  readonly kind: 'result';
  readonly callId: string;
  readonly name?: string;
  readonly isError?: boolean;
  readonly parts: readonly Part[];
  readonly cache?: CacheMark;
  /** Members that only the client's dialect knows, for that dialect alone. */
  readonly native?: JsonObject;
}

export interface ReasoningPart {
  readonly kind: 'reasoning';
  readonly text?: string;
  readonly summary?: readonly string[];
  readonly signature?: Signature;
  /** Encrypted thinking that has no text (Anthropic redacted_thinking data). */
  readonly redacted?: string;
  readonly itemId?: string;
  /** The signature is that of the call with this id, whose dialect has no place for one; empty: of the next call. */
  readonly forCall?: string;
  /** The vendor's own form (OpenRouter reasoning_details), for that vendor alone. */
  readonly raw?: readonly Json[];
}

export interface RefusalPart {
  readonly kind: 'refusal';
  readonly text: string;
}

/** A block that only its vendor understands (server tools and their results). */
export interface OpaquePart {
  readonly kind: 'opaque';
  readonly vendor: Vendor;
  readonly raw: Json;
  /** What other dialects show in its place; absent: nothing. */
  readonly text?: string;
  /** Leaving it out would change the meaning: other dialects refuse the request. */
  readonly essential?: boolean;
}

export type Part = TextPart | MediaPart | CallPart | ResultPart | ReasoningPart | RefusalPart | OpaquePart;

/** Tool results live in a user turn, right after the assistant turn with the calls. */
export interface Turn {
  readonly role: 'user' | 'assistant' | 'system';
  readonly parts: readonly Part[];
  readonly phase?: Phase;
  /** Members that only the client's dialect knows, for that dialect alone. */
  readonly native?: JsonObject;
}
