import { Secret } from '@turnpike/kernel';
import type { ConfigFile } from './schema';

type FileProvider = ConfigFile['providers'][string];

export interface CredentialConfig extends Omit<FileProvider['credentials'][number], 'apiKey'> {
  readonly apiKey: Secret;
}

export interface ProviderConfig extends Omit<FileProvider, 'credentials'> {
  readonly credentials: readonly CredentialConfig[];
}

export type ModelConfig = ConfigFile['models'][string];
export type PriceOverrideConfig = ConfigFile['prices']['overrides'][number];

/** A whole, valid configuration. Maps in file order, because names come from people. */
export interface Configuration extends Omit<ConfigFile, 'providers' | 'models'> {
  readonly providers: ReadonlyMap<string, ProviderConfig>;
  readonly models: ReadonlyMap<string, ModelConfig>;
}

/** The validated file with its secrets wrapped. */
export function toConfiguration(file: ConfigFile): Configuration {
  const providers = Object.entries(file.providers).map(([name, provider]): [string, ProviderConfig] => [
    name,
    {
      ...provider,
      credentials: provider.credentials.map((each) => ({ ...each, apiKey: new Secret(each.apiKey) })),
    },
  ]);
  return { ...file, providers: new Map(providers), models: new Map(Object.entries(file.models)) };
}
