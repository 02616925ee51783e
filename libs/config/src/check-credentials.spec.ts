import { PROVIDERS } from '@turnpike/provider';
import { CREDENTIAL_SCHEMES } from './check-credentials';
import { ConfigError } from './config-error';
import { parseConfig } from './parse-config';

const definitions = {
  plain: { baseUrl: 'https://plain.example', auth: { kind: 'bearer' } },
  aws: {
    baseUrl: 'https://{region}.example',
    auth: { kind: 'aws-sigv4' },
    settings: { region: {} },
  },
  google: {
    baseUrl: 'https://google.example',
    auth: { kind: 'google-token' },
    settings: { project: {}, location: { default: 'global' } },
  },
  azure: {
    auth: { kind: 'entra-or-key' },
    settings: { apiVersion: { optional: true } },
    deployments: true,
  },
};

const account = { type: 'service_account', client_email: 'a@b', private_key: 'pem-text' };
const files: Record<string, string> = {
  '/run/account.json': JSON.stringify(account, null, 2),
  '/run/secret': 'from-file\n',
};
const fileReader = (path: string): string => {
  const text = files[path];
  if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  return text;
};

const ADDRESS: Record<string, object> = {
  plain: {},
  aws: { region: 'eu-west-1' },
  google: { project: 'p1' },
  azure: { baseUrl: 'https://x.example' },
};

const parse = (use: string, credential: object | undefined, more: object = {}) =>
  parseConfig(
    JSON.stringify({
      providers: {
        a: {
          use,
          ...ADDRESS[use],
          credentials: credential ? [{ name: 'x', ...credential }] : [],
          ...more,
        },
      },
    }),
    { env: {}, definitions, fileReader },
  ).providers.get('a');

const problemsOf = (use: string, credential: object | undefined, more?: object): readonly string[] => {
  try {
    parse(use, credential, more);
    return [];
  } catch (error) {
    if (error instanceof ConfigError)
      return error.problems.map(({ path, message }) => `${path.replace('providers.a.', '')} ${message}`);
    throw error;
  }
};

describe('what a credential has to hold', () => {
  it('is known for the scheme of every definition', () => {
    const kinds = Object.values(PROVIDERS).map(({ auth }) => auth.kind);
    expect(kinds.filter((kind) => !CREDENTIAL_SCHEMES.includes(kind))).toEqual([]);
  });

  it.each<[string, string, object | undefined]>([
    ['a key', 'plain', { apiKey: 'k' }],
    ['a key of the service', 'aws', { apiKey: 'k' }],
    ['keys of an account', 'aws', { accessKeyId: 'i', secretAccessKey: 's' }],
    ['temporary keys', 'aws', { accessKeyId: 'i', secretAccessKey: 's', sessionToken: 't' }],
    ['what the process runs as', 'aws', {}],
    ['nothing in the file', 'aws', undefined],
    ['a service account', 'google', { serviceAccount: JSON.stringify(account) }],
    ['a service account in a file', 'google', { serviceAccount: 'file:/run/account.json' }],
    ['an identity elsewhere', 'google', { serviceAccount: '{"type":"external_account"}' }],
    [
      'another token endpoint',
      'google',
      { serviceAccount: 'file:/run/account.json', tokenUrl: 'https://t/x' },
    ],
    ['what the process runs as', 'google', undefined],
    ['a key', 'azure', { apiKey: 'k' }],
    ['an application', 'azure', { tenantId: 't', clientId: 'c', clientSecret: 'file:/run/secret' }],
    ['one of several identities', 'azure', { clientId: 'c' }],
  ])('%s: %s %j', (_, use, credential) => expect(problemsOf(use, credential)).toEqual([]));

  it.each<[string, object | undefined, readonly string[]]>([
    ['plain', {}, ['credentials[0].apiKey is required']],
    ['plain', undefined, ['credentials needs at least one credential']],
    ['plain', { apiKey: 'k', accessKeyId: 'i' }, ['credentials[0].accessKeyId is nothing that plain takes']],
    ['aws', { accessKeyId: 'i' }, ['credentials[0].secretAccessKey is required beside accessKeyId']],
    [
      'aws',
      { sessionToken: 't' },
      [
        'credentials[0].accessKeyId is required beside sessionToken',
        'credentials[0].secretAccessKey is required beside sessionToken',
      ],
    ],
    [
      'aws',
      { apiKey: 'k', accessKeyId: 'i', secretAccessKey: 's' },
      ['credentials[0].apiKey cannot stand beside accessKeyId, secretAccessKey'],
    ],
    ['google', { apiKey: 'k' }, ['credentials[0].apiKey is nothing that google takes']],
    ['google', { tokenUrl: 'https://t/x' }, ['credentials[0].serviceAccount is required beside tokenUrl']],
    ['google', { serviceAccount: 'no json' }, ['credentials[0].serviceAccount is no JSON']],
    [
      'google',
      { serviceAccount: '{}' },
      ['credentials[0].serviceAccount is no credential of Google: it has no "type"'],
    ],
    [
      'google',
      { serviceAccount: '{"type":"service_account"}' },
      ['credentials[0].serviceAccount has no "client_email" or no "private_key"'],
    ],
    [
      'google',
      { serviceAccount: 'file:/run/none' },
      ['credentials[0].serviceAccount the file /run/none cannot be read (ENOENT)'],
    ],
    [
      'azure',
      { tenantId: 't', clientSecret: 's' },
      ['credentials[0].clientId is required beside tenantId, clientSecret'],
    ],
    [
      'azure',
      { tenantId: 't', clientId: 'c', clientSecret: 's', tokenUrl: 'http://t/x' },
      ['credentials[0].tokenUrl must be an https URL'],
    ],
    [
      'azure',
      { tenantId: 't', clientId: 'c', clientSecret: 's', tokenUrl: 'https://u:p@t/x' },
      ['credentials[0].tokenUrl must not hold a user, a password or a fragment'],
    ],
  ])('%s %j', (use, credential, expected) => expect(problemsOf(use, credential)).toEqual(expected));

  it('takes a token endpoint without TLS only inside of a private network', () => {
    const credential = { tenantId: 't', clientId: 'c', clientSecret: 's', tokenUrl: 'http://127.0.0.1/x' };
    expect(problemsOf('azure', credential, { allowPrivateNetwork: true })).toEqual([]);
  });

  it('wraps every secret', () => {
    const stated = parse('aws', {
      accessKeyId: 'AKIA',
      secretAccessKey: 'file:/run/secret',
      sessionToken: 'tok',
    });
    const [credential] = stated?.credentials ?? [];
    expect(credential?.secretAccessKey?.reveal()).toBe('from-file');
    expect(credential?.sessionToken?.reveal()).toBe('tok');
    expect(JSON.stringify(stated)).not.toMatch(/from-file|"tok"/);
    const google = parse('google', { serviceAccount: 'file:/run/account.json' });
    expect(JSON.stringify(google)).not.toContain('pem-text');
  });

  it('repeats no secret in what it complains of', () => {
    const text = problemsOf('google', { serviceAccount: 'not-json-but-secret' }).join();
    expect(text).not.toContain('not-json-but-secret');
  });
});

describe('what an address is made of', () => {
  it.each<[string, object, readonly string[]]>([
    ['aws', { region: undefined }, ['region is required by aws']],
    ['aws', { region: 'eu.evil.example/' }, ['region must be lower-case letters, digits and "-"']],
    ['aws', { region: '-eu' }, ['region must be lower-case letters, digits and "-"']],
    ['aws', { project: 'p' }, ['project is nothing that aws takes']],
    ['google', { project: undefined }, ['project is required by google']],
    ['google', { project: '../x' }, ['project must be the id of a project']],
    ['google', { location: 'europe-west4' }, []],
    ['google', { deployments: { m: 'd' } }, ['deployments is nothing that google takes']],
    ['azure', { apiVersion: '2024-10-21', deployments: { 'gpt-4o': 'prod' } }, []],
    ['azure', { apiVersion: 'a b' }, ['apiVersion must be a version such as 2024-10-21 or v1']],
  ])('%s %j', (use, more, expected) =>
    expect(problemsOf(use, use === 'azure' ? { apiKey: 'k' } : {}, more)).toEqual(expected),
  );

  it('names deployments by model', () => {
    const provider = parse('azure', { apiKey: 'k' }, { deployments: { 'gpt-4o': 'prod' } });
    expect(provider?.deployments?.get('gpt-4o')).toBe('prod');
  });
});
