import { globMatches } from '@turnpike/kernel';
import type { Capabilities } from '@turnpike/protocol';
import type { ProviderDefinition } from './definition';

/** What `model` can do here: the provider's own facts, then every pattern that matches, in order, ignoring case. */
export function resolveCapabilities(definition: ProviderDefinition, model: string): Capabilities {
  const name = model.toLowerCase();
  let capabilities = definition.capabilities ?? {};
  for (const [pattern, facts] of Object.entries(definition.models ?? {})) {
    if (globMatches(pattern.toLowerCase(), name)) capabilities = { ...capabilities, ...facts };
  }
  return capabilities;
}
