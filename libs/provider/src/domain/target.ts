import { Secret } from '@turnpike/kernel';
import type { Capabilities, QuotaLimits, UpstreamDialectId } from '@turnpike/protocol';
import type { ProviderDefinition, Quirks } from './definition';
import type { OperationId } from './operation';
import type { Settings, TargetPaths } from './operation-paths';

export interface Timeouts {
  readonly connectMs: number;
  /** Dispatch to first body byte. */
  readonly firstByteMs: number;
  /** Gap between bytes. */
  readonly idleMs: number;
  readonly totalMs: number;
}

export const DEFAULT_TIMEOUTS: Timeouts = {
  connectMs: 3_000,
  firstByteMs: 120_000,
  idleMs: 60_000,
  totalMs: 600_000,
};

/** What schemes other than a plain key are given. Absent members: the scheme finds them where the process runs. */
export interface CredentialGrant {
  readonly accessKeyId?: string;
  readonly secretAccessKey?: Secret;
  readonly sessionToken?: Secret;
  /** JSON as the vendor's console gives it. */
  readonly serviceAccount?: Secret;
  readonly tenantId?: string;
  readonly clientId?: string;
  readonly clientSecret?: Secret;
  /** Where tokens are asked for, instead of the vendor's own place. */
  readonly tokenUrl?: string;
}

export interface Credential {
  /** `provider/name`: unique in the configuration; what cooldowns, traces and metrics say. */
  readonly id: string;
  readonly name: string;
  /** The plain key; empty where there is none. */
  readonly secret: Secret;
  readonly grant?: CredentialGrant;
  /** A credential without a stated group is its own group. */
  readonly quotaGroup: string;
  /** Of the whole quota group: every credential of it has this same object. Absent: none of them states any. */
  readonly limits?: QuotaLimits;
}

/** Everything of a credential that must not be seen. */
export const secretsOf = ({ secret, grant }: Credential): readonly Secret[] => [
  secret,
  ...Object.values(grant ?? {}).filter((value): value is Secret => value instanceof Secret),
];

/** One configured upstream. Built once per configuration; identity matters, so that caches can hang on it. */
export interface Provider {
  readonly name: string;
  readonly definition: ProviderDefinition;
  readonly dialect: UpstreamDialectId;
  /** scheme://host:port */
  readonly origin: string;
  /** Path prefix without trailing slash, version segment included ("/v1"). */
  readonly basePath: string;
  readonly settings: Settings;
  /** Model -> what the account calls its deployment of it. */
  readonly deployments: ReadonlyMap<string, string>;
  /** What the configuration knows better than the definition's table, by name or pattern. */
  readonly models: ReadonlyMap<string, Capabilities>;
  readonly unsupportedMedia?: MediaPolicy;
  readonly credentials: readonly Credential[];
  readonly timeouts: Timeouts;
  readonly allowPrivateNetwork: boolean;
}

/** What becomes of media that a model cannot take. */
export type MediaPolicy = 'refuse' | 'drop_with_placeholder';

export interface Target {
  readonly provider: Provider;
  /** What it is priced, listed and limited as. */
  readonly model: string;
  /** What the account calls it, where that differs: this name is sent. */
  readonly deployment?: string;
  /** Filled in once; what the provider does not offer is not there. */
  readonly paths: TargetPaths;
  readonly dialect: UpstreamDialectId;
  readonly weight: number;
  readonly capabilities: Capabilities;
  /** The definition's, and what the model's capabilities say is refused. */
  readonly quirks?: Quirks;
  readonly unsupportedMedia?: MediaPolicy;
}

/** The name of the model that the provider is sent. */
export const modelOnWire = ({ model, deployment }: Pick<Target, 'model' | 'deployment'>): string =>
  deployment ?? model;

/** Path of one operation at its target, query included; undefined where the provider has no such operation. */
export const operationPath = (target: Target, operation: OperationId, stream = false): string | undefined =>
  target.paths[operation]?.[stream ? 'stream' : 'whole'];

/** Names of the routing lib's strategies; test/architecture keeps the two lists together. */
export type StrategyName =
  | 'priority'
  | 'weighted'
  | 'round-robin'
  | 'random'
  | 'least-busy'
  | 'p2c'
  | 'lowest-latency'
  | 'lowest-cost'
  | 'headroom';

/** Conditions on a request; all that are stated must hold. */
export interface RuleConditions {
  readonly inputTokensOver?: number;
  readonly images?: boolean;
  readonly tools?: boolean;
  readonly thinking?: boolean;
  readonly background?: boolean;
  /** Glob over the asked name. */
  readonly model?: string;
  readonly header?: Readonly<Record<string, string>>;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Requests of this kind are served by another alias. */
export interface RouteRule {
  readonly when: RuleConditions;
  readonly use: string;
}

/** What a requested name resolved to. */
export interface Route {
  /** The alias or glob of the configuration, or `provider/model` for a direct call. */
  readonly alias: string;
  /** The name that it was resolved for: where `alias` is a glob, one of many. */
  readonly name: string;
  readonly strategy: StrategyName;
  readonly targets: readonly Target[];
  readonly direct: boolean;
  /** Whoever asks by this name wants no target that would lose a part of the request. */
  readonly strict?: boolean;
  readonly onContextExceeded?: string;
  readonly onContentFilter?: string;
  /** Looked at in order before the strategy. */
  readonly rules?: readonly RouteRule[];
  /** How long a conversation stays where it was served last; 0: not at all. */
  readonly stickyMs: number;
  /** How long a first attempt may say nothing before a second begins beside it; absent: as long as it likes. */
  readonly hedgeAfterMs?: number;
}

/** Which models exist. Swapped whole on reload; calls under way keep theirs. */
export abstract class ModelCatalog {
  /** Exact alias, else the glob with most literal characters, else provider/model; `*` in the asked name is literal. */
  abstract resolve(model: string): Route | undefined;
  /** A configured upstream by its name. */
  abstract provider(name: string): Provider | undefined;
  /** Names that can be listed: aliases without globs. */
  abstract list(): readonly { readonly id: string; readonly owner: string }[];
}
