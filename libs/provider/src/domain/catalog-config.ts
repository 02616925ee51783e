import type { Secret } from '@turnpike/kernel';
import type { Capabilities, QuotaLimits, UpstreamDialectId } from '@turnpike/protocol';
import type { Settings } from './operation-paths';
import type { CredentialGrant, MediaPolicy, RouteRule, StrategyName, Timeouts } from './target';

export interface CredentialEntry extends CredentialGrant {
  readonly name: string;
  readonly apiKey?: Secret;
  readonly quotaGroup?: string;
  /** Of its quota group; where several state one, the smallest counts. */
  readonly limits?: QuotaLimits;
}

/** One provider of a validated configuration. */
export interface ProviderEntry extends Settings {
  /** Built-in definition. */
  readonly use: string;
  readonly baseUrl?: string;
  readonly allowPrivateNetwork?: boolean;
  readonly dialect?: UpstreamDialectId;
  readonly credentials: readonly CredentialEntry[];
  readonly timeouts?: Partial<Timeouts>;
  /** Model -> what the account calls its deployment of it. */
  readonly deployments?: ReadonlyMap<string, string>;
  /** Model name or pattern -> what differs from the definition's table. All that match apply, in file order. */
  readonly models?: ReadonlyMap<string, Capabilities>;
  readonly unsupportedMedia?: MediaPolicy;
}

export interface TargetEntry {
  readonly provider: string;
  /** `*`: the whole asked name. */
  readonly model: string;
  readonly weight: number;
  readonly dialect?: UpstreamDialectId;
  readonly capabilities?: Capabilities;
}

export interface ModelEntry {
  readonly strategy: StrategyName;
  readonly targets: readonly TargetEntry[];
  readonly strict?: boolean;
  readonly unsupportedMedia?: MediaPolicy;
  readonly onContextExceeded?: string;
  readonly onContentFilter?: string;
  readonly rules?: readonly RouteRule[];
  readonly sticky?: { readonly ttlMinutes: number };
  readonly hedge?: { readonly afterMs: number };
}

/** What the catalog needs of a configuration. Maps, because names come from people: no prototype answers for them. */
export interface CatalogConfig {
  readonly providers: ReadonlyMap<string, ProviderEntry>;
  /** In file order. */
  readonly models: ReadonlyMap<string, ModelEntry>;
  readonly passthrough: { readonly enabled: boolean };
}
