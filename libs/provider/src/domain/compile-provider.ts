import { Secret } from '@turnpike/kernel';
import type { Capabilities, UpstreamDialectId } from '@turnpike/protocol';
import type { CredentialEntry, ProviderEntry } from './catalog-config';
import type { ProviderDefinition } from './definition';
import { fillTemplate, type SettingName, type Settings } from './operation-paths';
import { limitsByGroup } from './quota/group-limits';
import { DEFAULT_TIMEOUTS, type Credential, type CredentialGrant, type Provider } from './target';

/** What stands in for the credential of a provider that has none in the file. */
const NO_CREDENTIAL: CredentialEntry = { name: 'none' };

const NO_KEY = new Secret('');

/**
 * Splits an address as the vendor's own SDK takes it: OpenAI style ends in its version, Anthropic style leaves the
 * version to us, and one that is there already is not doubled.
 * @throws TypeError when it is no URL.
 */
export function splitBaseUrl(
  baseUrl: string,
  dialect: UpstreamDialectId,
): Pick<Provider, 'origin' | 'basePath'> {
  const url = new URL(baseUrl);
  const path = url.pathname.replace(/\/+$/, '');
  return { origin: url.origin, basePath: withVersion(path, dialect) };
}

/** Gemini's version stands in the path of the call, beside the model's name. */
function withVersion(path: string, dialect: UpstreamDialectId): string {
  if (dialect === 'gemini-generate') return path.replace(/\/v1(beta)?$/, '');
  return dialect === 'anthropic-messages' && !path.endsWith('/v1') ? `${path}/v1` : path;
}

/** What is stated of a credential beside a plain key; undefined: nothing. */
function grantOf({
  name: _name,
  apiKey: _key,
  quotaGroup: _group,
  limits: _limits,
  ...rest
}: CredentialEntry): CredentialGrant | undefined {
  const stated = Object.entries(rest).filter(([, value]) => value !== undefined);
  return stated.length === 0 ? undefined : Object.fromEntries(stated);
}

/** A quota group belongs to its provider: equal names elsewhere are other pools. */
function compileCredentials(name: string, entry: ProviderEntry): readonly Credential[] {
  const stated = entry.credentials.length > 0 ? entry.credentials : [NO_CREDENTIAL];
  const groupOf = ({ name: own, quotaGroup }: CredentialEntry): string =>
    quotaGroup === undefined ? `${name}/${own}` : `${name}/group:${quotaGroup}`;
  const grouped = limitsByGroup(
    stated.map((credential) => ({ quotaGroup: groupOf(credential), limits: credential.limits })),
  );
  return stated.map((credential) => {
    const quotaGroup = groupOf(credential);
    const grant = grantOf(credential);
    const limits = grouped.get(quotaGroup);
    return {
      id: `${name}/${credential.name}`,
      name: credential.name,
      secret: credential.apiKey ?? NO_KEY,
      quotaGroup,
      ...(grant && { grant }),
      ...(limits && { limits }),
    };
  });
}

/** What the entry states of the definition's settings, and the defaults of the rest. */
function compileSettings(entry: ProviderEntry, { settings = {} }: ProviderDefinition): Settings {
  const names = Object.keys(settings) as SettingName[];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = entry[name] ?? settings[name]?.default;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The definition's own address; where its paths are its own, the address has nothing but a host and perhaps a prefix. */
function compileAddress(
  entry: ProviderEntry,
  definition: ProviderDefinition,
  settings: Settings,
): Pick<Provider, 'origin' | 'basePath'> {
  const { baseUrl = '', baseUrlAt = {}, baseUrlTail, paths, pathVariants } = definition;
  const at = settings.location ?? '';
  const own = Object.hasOwn(baseUrlAt, at) ? (baseUrlAt[at] ?? baseUrl) : baseUrl;
  const address = entry.baseUrl ?? fillTemplate(own, settings);
  const dialect = (entry.baseUrl === undefined ? undefined : entry.dialect) ?? definition.dialect;
  if (paths === undefined && pathVariants === undefined) return splitBaseUrl(address, dialect);
  const url = new URL(address);
  const path = url.pathname.replace(/\/+$/, '');
  return { origin: url.origin, basePath: baseUrlTail ? path.replace(baseUrlTail, '') : path };
}

/** @throws TypeError when neither the entry nor its definition has an address. */
export function compileProvider(
  name: string,
  entry: ProviderEntry,
  definition: ProviderDefinition,
): Provider {
  const settings = compileSettings(entry, definition);
  return {
    name,
    definition,
    dialect: entry.dialect ?? definition.dialect,
    ...compileAddress(entry, definition, settings),
    settings,
    deployments: entry.deployments ?? new Map<string, string>(),
    models: entry.models ?? new Map<string, Capabilities>(),
    ...(entry.unsupportedMedia === undefined ? {} : { unsupportedMedia: entry.unsupportedMedia }),
    credentials: compileCredentials(name, entry),
    timeouts: { ...DEFAULT_TIMEOUTS, ...entry.timeouts },
    allowPrivateNetwork: entry.allowPrivateNetwork ?? definition.privateNetwork ?? false,
  };
}
