import { Secret } from '@turnpike/kernel';
import type { SecretMember } from './credential-schema';
import type { ConfigFile } from './schema';

type FileProvider = ConfigFile['providers'][string];

type FileCredential = FileProvider['credentials'][number];

export interface CredentialConfig
  extends Omit<FileCredential, SecretMember>, Readonly<Partial<Record<SecretMember, Secret>>> {}

export interface ProviderConfig extends Omit<FileProvider, 'credentials' | 'deployments' | 'models'> {
  readonly credentials: readonly CredentialConfig[];
  readonly deployments?: ReadonlyMap<string, string>;
  readonly models?: ReadonlyMap<string, CapabilitiesConfig>;
}

export type CapabilitiesConfig = NonNullable<FileProvider['models']>[string];
export type ModelConfig = ConfigFile['models'][string];
export type PriceOverrideConfig = ConfigFile['prices']['overrides'][number];

/** A whole, valid configuration. Maps in file order, because names come from people. */
export interface Configuration extends Omit<ConfigFile, 'providers' | 'models'> {
  readonly providers: ReadonlyMap<string, ProviderConfig>;
  readonly models: ReadonlyMap<string, ModelConfig>;
}

const wrap = (text: string | undefined): Secret | undefined =>
  text === undefined ? undefined : new Secret(text);

const wrapSecrets = (credential: FileCredential): CredentialConfig => ({
  ...credential,
  apiKey: wrap(credential.apiKey),
  secretAccessKey: wrap(credential.secretAccessKey),
  sessionToken: wrap(credential.sessionToken),
  serviceAccount: wrap(credential.serviceAccount),
  clientSecret: wrap(credential.clientSecret),
});

/** The validated file with its secrets wrapped. */
export function toConfiguration(file: ConfigFile): Configuration {
  const providers = Object.entries(file.providers).map(([name, provider]): [string, ProviderConfig] => [
    name,
    {
      ...provider,
      credentials: provider.credentials.map(wrapSecrets),
      models: provider.models && new Map(Object.entries(provider.models)),
      deployments: provider.deployments && new Map(Object.entries(provider.deployments)),
    },
  ]);
  return { ...file, providers: new Map(providers), models: new Map(Object.entries(file.models)) };
}
