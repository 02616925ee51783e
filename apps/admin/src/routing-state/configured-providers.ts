import type { ConfigSource } from '@turnpike/config';
import { compileProvider, PROVIDERS, type Provider, type ProviderDefinition } from '@turnpike/provider';

const DEFINITIONS: Readonly<Record<string, ProviderDefinition>> = PROVIDERS;

/** The providers of the configuration in force, compiled as gateways do; undefined: there is no configuration. */
export function configuredProviders(config: ConfigSource | undefined): readonly Provider[] | undefined {
  if (!config) return undefined;
  return [...config.current().providers].flatMap(([name, entry]) => {
    const definition = Object.hasOwn(DEFINITIONS, entry.use) ? DEFINITIONS[entry.use] : undefined;
    return definition ? [compileProvider(name, entry, definition)] : [];
  });
}
