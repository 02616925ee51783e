import type { Secret } from '@turnpike/kernel';
import type { DialectId } from '@turnpike/protocol';
import type { StrategyName, Timeouts } from './target';

/** One provider of a validated configuration. */
export interface ProviderEntry {
  /** Built-in definition. */
  readonly use: string;
  readonly baseUrl?: string;
  readonly allowPrivateNetwork?: boolean;
  readonly dialect?: DialectId;
  readonly credentials: readonly {
    readonly name: string;
    readonly apiKey: Secret;
    readonly quotaGroup?: string;
  }[];
  readonly timeouts?: Partial<Timeouts>;
}

export interface TargetEntry {
  readonly provider: string;
  /** `*`: the whole asked name. */
  readonly model: string;
  readonly weight: number;
  readonly dialect?: DialectId;
}

export interface ModelEntry {
  readonly strategy: StrategyName;
  readonly targets: readonly TargetEntry[];
  readonly onContextExceeded?: string;
  readonly onContentFilter?: string;
}

/** What the catalog needs of a configuration. Maps, because names come from people: no prototype answers for them. */
export interface CatalogConfig {
  readonly providers: ReadonlyMap<string, ProviderEntry>;
  /** In file order. */
  readonly models: ReadonlyMap<string, ModelEntry>;
  readonly passthrough: { readonly enabled: boolean };
}
