import { Secret } from '@turnpike/kernel';
import type { DialectId } from '@turnpike/protocol';
import type { ProviderEntry } from './catalog-config';
import type { ProviderDefinition } from './definition';
import { DEFAULT_TIMEOUTS, type Credential, type Provider } from './target';

/** What stands in for the credential of a provider that needs none. */
const NO_CREDENTIAL = { name: 'none', apiKey: new Secret('') };

/**
 * Splits an address as the vendor's own SDK takes it: OpenAI style ends in its version, Anthropic style leaves the
 * version to us, and one that is there already is not doubled.
 * @throws TypeError when it is no URL.
 */
export function splitBaseUrl(baseUrl: string, dialect: DialectId): Pick<Provider, 'origin' | 'basePath'> {
  const url = new URL(baseUrl);
  const path = url.pathname.replace(/\/+$/, '');
  return { origin: url.origin, basePath: withVersion(path, dialect) };
}

/** Gemini's version stands in the path of the call, beside the model's name. */
function withVersion(path: string, dialect: DialectId): string {
  if (dialect === 'gemini-generate') return path.replace(/\/v1(beta)?$/, '');
  return dialect === 'anthropic-messages' && !path.endsWith('/v1') ? `${path}/v1` : path;
}

/** A quota group belongs to its provider: equal names elsewhere are other pools. */
function compileCredentials(name: string, entry: ProviderEntry): readonly Credential[] {
  const stated = entry.credentials.length > 0 ? entry.credentials : [NO_CREDENTIAL];
  return stated.map((credential: ProviderEntry['credentials'][number]) => {
    const id = `${name}/${credential.name}`;
    const quotaGroup = credential.quotaGroup === undefined ? id : `${name}/group:${credential.quotaGroup}`;
    return { id, name: credential.name, secret: credential.apiKey, quotaGroup };
  });
}

/** @throws TypeError when neither the entry nor its definition has an address. */
export function compileProvider(
  name: string,
  entry: ProviderEntry,
  definition: ProviderDefinition,
): Provider {
  const dialect = entry.dialect ?? definition.dialect;
  const address =
    entry.baseUrl === undefined
      ? splitBaseUrl(definition.baseUrl ?? '', definition.dialect)
      : splitBaseUrl(entry.baseUrl, dialect);
  return {
    name,
    definition,
    dialect,
    ...address,
    credentials: compileCredentials(name, entry),
    timeouts: { ...DEFAULT_TIMEOUTS, ...entry.timeouts },
    allowPrivateNetwork: entry.allowPrivateNetwork ?? definition.privateNetwork ?? false,
  };
}
