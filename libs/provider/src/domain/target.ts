import type { Secret } from '@turnpike/kernel';
import type { Capabilities, DialectId } from '@turnpike/protocol';
import type { ProviderDefinition } from './definition';

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

export interface Credential {
  /** `provider/name`: unique in the configuration; what cooldowns, traces and metrics say. */
  readonly id: string;
  readonly name: string;
  readonly secret: Secret;
  /** A credential without a stated group is its own group. */
  readonly quotaGroup: string;
}

/** One configured upstream. Built once per configuration; identity matters, so that caches can hang on it. */
export interface Provider {
  readonly name: string;
  readonly definition: ProviderDefinition;
  readonly dialect: DialectId;
  /** scheme://host:port */
  readonly origin: string;
  /** Path prefix without trailing slash, version segment included ("/v1"). */
  readonly basePath: string;
  readonly credentials: readonly Credential[];
  readonly timeouts: Timeouts;
  readonly allowPrivateNetwork: boolean;
}

export interface Target {
  readonly provider: Provider;
  readonly model: string;
  readonly dialect: DialectId;
  readonly weight: number;
  readonly capabilities: Capabilities;
}

export type StrategyName = 'priority' | 'weighted' | 'round-robin' | 'random';

/** What a requested name resolved to. */
export interface Route {
  /** The alias or glob of the configuration, or `provider/model` for a direct call. */
  readonly alias: string;
  readonly strategy: StrategyName;
  readonly targets: readonly Target[];
  readonly direct: boolean;
  readonly onContextExceeded?: string;
  readonly onContentFilter?: string;
}

/** Which models exist. Swapped whole on reload; calls under way keep theirs. */
export abstract class ModelCatalog {
  /** Exact alias, else the glob with most literal characters, else provider/model; `*` in the asked name is literal. */
  abstract resolve(model: string): Route | undefined;
  /** Names that can be listed: aliases without globs. */
  abstract list(): readonly { readonly id: string; readonly owner: string }[];
}
