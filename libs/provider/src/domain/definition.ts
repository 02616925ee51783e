import type { Capabilities, DialectId, FailureClass, FailureScope } from '@turnpike/protocol';

/** How a credential travels. Closed set: what data cannot say. */
export type AuthScheme = { readonly kind: 'bearer' } | { readonly kind: 'header'; readonly name: string };

/** One decisive fact about a vendor's failure answers; the first row that fits decides. Written by hand, per provider. */
export interface FailureRule {
  /** Statuses the row belongs to; absent: any. A wording counts only under its statuses. */
  readonly status?: readonly number[];
  /** Matched against error.code / error.type / numeric codes, whole and case-insensitive; `*` stands for any run. */
  readonly code?: readonly string[];
  /** A phrase in the vendor's sentence, after advice and URLs were dropped. */
  readonly phrase?: RegExp;
  readonly class: FailureClass;
  readonly scope?: FailureScope;
  /** Slug that is more telling than the one of the class. */
  readonly reason?: string;
  /** Long windows that end at a calendar midnight of this zone. */
  readonly midnight?: string;
}

/** Edits of the JSON body on its way to this provider, in both lanes. */
export interface Quirks {
  /** Top-level members this provider refuses: removed. */
  readonly removeMembers?: readonly string[];
  /** Members that route at the provider itself (OpenRouter `models`, `route`): removed unless the key may use each. */
  readonly routingMembers?: readonly string[];
}

/** A provider is data. No class, no switch on its name anywhere. */
export interface ProviderDefinition {
  readonly id: string;
  readonly title: string;
  readonly dialect: DialectId;
  /** As the vendor's own SDK takes it: OpenAI style with /v1, Anthropic style without. Absent: the config must say. */
  readonly baseUrl?: string;
  readonly auth: AuthScheme;
  /** Headers sent with every request unless the client's forwarded one replaces them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Client headers that may pass, lower case, beyond content-type, accept and user-agent. */
  readonly forwardHeaders?: readonly string[];
  /** Vendor whose signatures and file ids are native here. */
  readonly vendor: string;
  readonly countTokens?: boolean;
  readonly quirks?: Quirks;
  readonly capabilities?: Capabilities;
  /** Model name pattern (glob) -> what differs from `capabilities`. All that match apply, in order. */
  readonly models?: Readonly<Record<string, Capabilities>>;
  readonly failures?: readonly FailureRule[];
  /** Whom a rate limit here is about when the answer does not say; absent: the credential. */
  readonly rateScope?: FailureScope;
  /** IANA zone of local times in its sentences that carry no offset; absent: UTC. */
  readonly clockZone?: string;
  /** Provider id in the price catalogue. */
  readonly priceProvider?: string;
  /** Private addresses are expected (local servers); the config may still forbid. */
  readonly privateNetwork?: boolean;
  /** Credential is optional (local servers). */
  readonly keyless?: boolean;
  /** Where these facts were read. */
  readonly source: string;
}

/** A definition as its folder writes it: the id comes from the registry's key. */
export type ProviderData = Omit<ProviderDefinition, 'id'>;
