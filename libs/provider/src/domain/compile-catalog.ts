import { globMatches } from '@turnpike/kernel';
import type { Capabilities, UpstreamDialectId } from '@turnpike/protocol';
import type { CatalogConfig, ModelEntry, TargetEntry } from './catalog-config';
import { compileProvider } from './compile-provider';
import type { ProviderDefinition, Quirks } from './definition';
import { fillPaths } from './operation-paths';
import { resolveCapabilities } from './resolve-capabilities';
import { ModelCatalog, type Provider, type Route, type Target } from './target';

/** How long a conversation stays where it was served last, unless its alias says otherwise. */
const STICKY_MINUTES = 30;
/** Names come from clients: routes of globs and direct calls are remembered up to this many. */
const MAX_REMEMBERED = 1_000;
const MAX_NAME_LENGTH = 512;
/** Control characters never occur in a model's name. */
const UNPRINTABLE = /\p{Cc}/u;
/** Names that climb: encoded they stay in their place, but who knows what a proxy on the way decodes. */
const CLIMBS = /(?:^|[/\\]|%2f|%5c)(?:\.|%2e){1,2}(?:$|[/\\?#]|%2f|%5c)/i;

interface Glob {
  readonly pattern: string;
  readonly literals: number;
  readonly entry: ModelEntry;
}

const literalsOf = (pattern: string): number => pattern.replaceAll('*', '').length;

/** Every route is built from the compiled providers, whose identity lasts as long as the configuration. */
class CompiledCatalog extends ModelCatalog {
  readonly #providers: ReadonlyMap<string, Provider>;
  readonly #models: ReadonlyMap<string, ModelEntry>;
  readonly #globs: readonly Glob[];
  readonly #direct: boolean;
  readonly #aliases = new Map<string, Route>();
  readonly #remembered = new Map<string, Route>();

  constructor(config: CatalogConfig, providers: ReadonlyMap<string, Provider>) {
    super();
    this.#providers = providers;
    this.#models = config.models;
    this.#direct = config.passthrough.enabled;
    this.#globs = [...config.models]
      .filter(([name]) => name.includes('*'))
      .map(([pattern, entry]) => ({ pattern, literals: literalsOf(pattern), entry }))
      .sort((a, b) => b.literals - a.literals);
    for (const [alias, entry] of config.models) this.#aliases.set(alias, this.#routeOf(alias, entry, alias));
  }

  resolve(model: string): Route | undefined {
    const known = this.#aliases.get(model) ?? this.#remembered.get(model);
    if (known) return known;
    if (model.length > MAX_NAME_LENGTH || model.includes('*')) return undefined;
    if (UNPRINTABLE.test(model) || CLIMBS.test(model)) return undefined;
    const route = this.#byGlob(model) ?? (this.#direct ? this.#byProvider(model) : undefined);
    if (route) this.#remember(model, route);
    return route;
  }

  provider(name: string): Provider | undefined {
    return this.#providers.get(name);
  }

  list(): readonly { readonly id: string; readonly owner: string }[] {
    return [...this.#models]
      .filter(([alias]) => !alias.includes('*'))
      .map(([id, { targets }]) => ({ id, owner: targets[0]?.provider ?? '' }));
  }

  #byGlob(model: string): Route | undefined {
    const glob = this.#globs.find(({ pattern }) => globMatches(pattern, model));
    return glob && this.#routeOf(glob.pattern, glob.entry, model);
  }

  /** The first slash ends the provider's name; model names may hold more of them. */
  #byProvider(model: string): Route | undefined {
    const slash = model.indexOf('/');
    const provider = slash > 0 ? this.#providers.get(model.slice(0, slash)) : undefined;
    const name = model.slice(slash + 1);
    if (!provider || name === '') return undefined;
    const targets = [compileTarget(provider, { provider: provider.name, model: name, weight: 1 }, name)];
    return {
      alias: model,
      name: model,
      strategy: 'priority',
      targets,
      direct: true,
      stickyMs: STICKY_MINUTES * 60_000,
    };
  }

  #routeOf(alias: string, entry: ModelEntry, asked: string): Route {
    const targets = entry.targets.flatMap((target) => {
      const provider = this.#providers.get(target.provider);
      return provider ? [compileTarget(provider, target, asked, entry.unsupportedMedia)] : [];
    });
    return {
      alias,
      name: asked,
      strategy: entry.strategy,
      targets,
      direct: false,
      stickyMs: (entry.sticky?.ttlMinutes ?? STICKY_MINUTES) * 60_000,
      ...(entry.hedge ? { hedgeAfterMs: entry.hedge.afterMs } : {}),
      ...(entry.rules ? { rules: entry.rules } : {}),
      ...(entry.strict ? { strict: true } : {}),
      ...(entry.onContextExceeded === undefined ? {} : { onContextExceeded: entry.onContextExceeded }),
      ...(entry.onContentFilter === undefined ? {} : { onContentFilter: entry.onContentFilter }),
    };
  }

  #remember(model: string, route: Route): void {
    const oldest = this.#remembered.size >= MAX_REMEMBERED ? this.#remembered.keys().next() : undefined;
    if (oldest && !oldest.done) this.#remembered.delete(oldest.value);
    this.#remembered.set(model, route);
  }
}

/** A dialect that is stated wins; then the only one that the model speaks. */
const dialectOf = (
  provider: Provider,
  entry: TargetEntry,
  { onlyDialect }: Capabilities,
): UpstreamDialectId => entry.dialect ?? onlyDialect ?? provider.dialect;

/** What a provider refuses, and this model of it beyond that. */
function quirksOf({ quirks }: ProviderDefinition, { refusedMembers = [] }: Capabilities): Quirks | undefined {
  if (refusedMembers.length === 0) return quirks;
  return { ...quirks, removeMembers: [...new Set([...(quirks?.removeMembers ?? []), ...refusedMembers])] };
}

function compileTarget(
  provider: Provider,
  entry: TargetEntry,
  asked: string,
  policy = provider.unsupportedMedia,
): Target {
  const model = entry.model === '*' ? asked : entry.model;
  const deployment = provider.deployments.get(model);
  const { definition, basePath, settings, models: rows } = provider;
  const capabilities = resolveCapabilities(definition, model, { rows, own: entry.capabilities });
  const dialect = dialectOf(provider, entry, capabilities);
  const quirks = quirksOf(definition, capabilities);
  return {
    provider,
    model,
    ...(deployment === undefined ? {} : { deployment }),
    dialect,
    paths: fillPaths(definition, { dialect, model: deployment ?? model, basePath, settings }),
    weight: entry.weight,
    capabilities,
    ...(quirks === undefined ? {} : { quirks }),
    ...(policy === undefined ? {} : { unsupportedMedia: policy }),
  };
}

/**
 * The catalog of a validated configuration.
 * @throws RangeError for a definition that does not exist, which validation has excluded.
 */
export function compileCatalog(
  config: CatalogConfig,
  definitions: Readonly<Record<string, ProviderDefinition>>,
): ModelCatalog {
  const providers = new Map<string, Provider>();
  for (const [name, entry] of config.providers) {
    const definition = Object.hasOwn(definitions, entry.use) ? definitions[entry.use] : undefined;
    if (!definition) throw new RangeError(`no provider definition is called "${entry.use}"`);
    providers.set(name, compileProvider(name, entry, definition));
  }
  return new CompiledCatalog(config, providers);
}
