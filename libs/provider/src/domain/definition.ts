import type { JsonObject } from '@turnpike/kernel';
import type { Capabilities, UpstreamDialectId, FailureClass, FailureScope } from '@turnpike/protocol';
import type { OperationId } from './operation';
import type { PathTemplates, PathVariant, SettingName } from './operation-paths';
import type { WireTable } from './operation-wires';
import type { QuotaData } from './quota/quota-data';

/** How a credential travels. Closed set: what data cannot say. */
export type AuthScheme =
  | { readonly kind: 'bearer' }
  | { readonly kind: 'header'; readonly name: string }
  /** Requests signed for `service` in the provider's region; a key of the service's own goes as bearer. */
  | { readonly kind: 'aws-sigv4'; readonly service: string }
  /** Access tokens of a service account, or of the identity the process runs under. */
  | { readonly kind: 'google-token'; readonly scope: string }
  /** A key in the header `name`; without one, tokens of an application or of the identity the process runs under. */
  | { readonly kind: 'entra-or-key'; readonly name: string; readonly scope: string };

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
  /** Top-level members this provider wants, whatever the client wrote there. */
  readonly addMembers?: JsonObject;
  /** Top-level members that have another name here: the common one -> the provider's. */
  readonly renamedMembers?: Readonly<Record<string, string>>;
  /** Top-level members whose words are others here: member -> the common word -> the provider's. */
  readonly words?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Members that route at the provider itself (OpenRouter `models`, `route`): removed unless the key may use each. */
  readonly routingMembers?: readonly string[];
}

/** A word of the configuration that a definition's address or paths are made of. */
export interface SettingRule {
  /** Taken when the configuration is silent; absent: it has to say. */
  readonly default?: string;
  /** It may stay silent. */
  readonly optional?: boolean;
}

/** A provider is data. No class, no switch on its name anywhere. */
export interface ProviderDefinition {
  readonly id: string;
  readonly title: string;
  readonly dialect: UpstreamDialectId;
  /** As the vendor's own SDK takes it: OpenAI style with /v1, Anthropic style without. Absent: the config must say. May hold `{settings}`. */
  readonly baseUrl?: string;
  /** Values of `location` whose address is not of the pattern of `baseUrl`. */
  readonly baseUrlAt?: Readonly<Record<string, string>>;
  /** End of an address that people paste with it and that `paths` hold already. */
  readonly baseUrlTail?: RegExp;
  /** What the configuration may state, and what it must. */
  readonly settings?: Readonly<Partial<Record<SettingName, SettingRule>>>;
  /** Accounts give their deployments of a model names of their own. */
  readonly deployments?: boolean;
  /** All paths there are, behind the base URL. Absent: those of the dialect. */
  readonly paths?: PathTemplates;
  /** Asked before `paths`: the first that fits bends the paths of the dialect. */
  readonly pathVariants?: readonly PathVariant[];
  /** Those of the dialect's operations that are offered here, beside generation; absent: all of them. */
  readonly operations?: readonly OperationId[];
  /** Where operations are spelled otherwise than the dialect has it. */
  readonly wires?: WireTable;
  readonly auth: AuthScheme;
  /** Headers sent with every request unless the client's forwarded one replaces them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Client headers that may pass, lower case, beyond content-type, accept and user-agent. */
  readonly forwardHeaders?: readonly string[];
  /**
   * Header -> the words of it that may pass, where an unknown one is refused. Those of a header that is not forwarded are
   * said in the body, where the wire has a place for them.
   */
  readonly headerWords?: Readonly<Record<string, readonly string[]>>;
  /** Vendor whose signatures and file ids are native here. */
  readonly vendor: string;
  readonly countTokens?: boolean;
  /** Members of a request that its counter takes at the top level, instead of the request as a whole. */
  readonly countMembers?: readonly string[];
  /** Remembers responses, so that a later request can go on from one (`previous_response_id`). */
  readonly storesResponses?: boolean;
  readonly quirks?: Quirks;
  readonly capabilities?: Capabilities;
  /** Model name pattern (glob) -> what differs from `capabilities`. All that match apply, in order. */
  readonly models?: Readonly<Record<string, Capabilities>>;
  readonly failures?: readonly FailureRule[];
  /** Whom a rate limit here is about when the answer does not say; absent: the credential. */
  readonly rateScope?: FailureScope;
  /** IANA zone of local times in its sentences that carry no offset; absent: UTC. */
  readonly clockZone?: string;
  readonly quota?: QuotaData;
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
