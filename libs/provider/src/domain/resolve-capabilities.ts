import { globMatches } from '@turnpike/kernel';
import type { Capabilities } from '@turnpike/protocol';
import type { ProviderDefinition } from './definition';

type Rows = Iterable<readonly [string, Capabilities]>;

/** Every row whose pattern matches, in order, ignoring case. */
function mergeRows(facts: Capabilities, rows: Rows, name: string): Capabilities {
  let merged = facts;
  for (const [pattern, row] of rows)
    if (globMatches(pattern.toLowerCase(), name)) merged = { ...merged, ...statedOf(row) };
  return merged;
}

/** A member without a value says nothing, and takes nothing away. */
const statedOf = (row: Capabilities): Capabilities =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));

/** What a configuration adds: rows of the provider's, and the target's own. */
export interface StatedCapabilities {
  readonly rows?: ReadonlyMap<string, Capabilities>;
  readonly own?: Capabilities;
}

/**
 * What `model` can do here: the provider's own facts, the rows of its definition, those of the configuration, and what
 * is said of this target alone. The later wins, member by member.
 */
export function resolveCapabilities(
  definition: ProviderDefinition,
  model: string,
  stated: StatedCapabilities = {},
): Capabilities {
  const name = model.toLowerCase();
  const builtIn = mergeRows(definition.capabilities ?? {}, Object.entries(definition.models ?? {}), name);
  const configured = mergeRows(builtIn, stated.rows ?? [], name);
  return stated.own ? { ...configured, ...statedOf(stated.own) } : configured;
}
