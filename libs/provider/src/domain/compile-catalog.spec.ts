import { Secret } from '@turnpike/kernel';
import type { CatalogConfig, ModelEntry, ProviderEntry } from './catalog-config';
import { compileCatalog } from './compile-catalog';
import { splitBaseUrl } from './compile-provider';
import type { ProviderDefinition } from './definition';

const definitions: Record<string, ProviderDefinition> = {
  chat: {
    id: 'chat',
    title: 'Chat',
    dialect: 'openai-chat',
    auth: { kind: 'bearer' },
    vendor: 'chat',
    capabilities: { contextWindow: 1_000 },
    models: { 'big-*': { contextWindow: 9_000 } },
    source: 'made up',
  },
  claude: {
    id: 'claude',
    title: 'Claude',
    dialect: 'anthropic-messages',
    baseUrl: 'https://claude.example',
    auth: { kind: 'header', name: 'x-api-key' },
    vendor: 'anthropic',
    keyless: true,
    source: 'made up',
  },
};

const provider = (more: Partial<ProviderEntry> = {}): ProviderEntry => ({
  use: 'chat',
  baseUrl: 'http://127.0.0.1:9/v1',
  credentials: [{ name: 'x', apiKey: new Secret('k') }],
  ...more,
});

const alias = (model: string, more: Partial<ModelEntry> = {}): ModelEntry => ({
  strategy: 'priority',
  targets: [{ provider: 'c', model, weight: 1 }],
  ...more,
});

const compile = (models: Record<string, ModelEntry>, more: Partial<CatalogConfig> = {}) =>
  compileCatalog(
    {
      providers: new Map([['c', provider()]]),
      models: new Map(Object.entries(models)),
      passthrough: { enabled: true },
      ...more,
    },
    definitions,
  );

describe('which route a name gets', () => {
  const catalog = compile({
    'plain-c': alias('m'),
    '*-mini': alias('mini'),
    'claude-*': alias('*'),
    'claude-*-4*': alias('four'),
    'zz-*': alias('first'),
    '*-zz': alias('second'),
  });
  const served = (name: string) => catalog.resolve(name)?.targets.map(({ model }) => model);

  it.each([
    ['plain-c', ['m'], 'an exact alias'],
    ['claude-sonnet', ['claude-sonnet'], 'a glob whose target takes the whole asked name'],
    ['claude-opus-4-1', ['four'], 'the glob with more literal characters'],
    ['zz-zz', ['first'], 'of two equally literal globs the first of the file'],
    ['c/some/deep-model', ['some/deep-model'], 'a provider and a model with a slash'],
    ['claude-*', ['claude-*'], 'a pattern asked for by its own literal name'],
  ])('%s -> %j: %s', (name, models) => expect(served(name)).toEqual(models));

  it.each([
    'plain-*',
    'plain',
    'c',
    'c/',
    '/m',
    '',
    '/',
    'claude-x*',
    'c/*',
    '__proto__',
    'constructor',
    'toString',
    '__proto__/x',
    'constructor/x',
    'a\u0000b',
    'claude-\u0000',
    'c/a\u0000',
    '../../etc/passwd',
    'c/..',
    'c/.',
    'c/a/../b',
    'c/..?x',
    'c/..#x',
    'claude-/..',
    'c/..%2fx',
    'c/a%2F%2e%2E%2Fx',
    'c/%2e%2e',
    'c/..\\x',
    'http://127.0.0.1:1/x',
    'm'.repeat(10_000),
    `c/${'m'.repeat(10_000)}`,
    `claude-${'m'.repeat(10_000)}`,
  ])('%.40j is unknown', (name) => expect(catalog.resolve(name)).toBeUndefined());

  it('names a direct route by what was asked, and an alias by its own name', () => {
    expect(catalog.resolve('c/m')).toMatchObject({ alias: 'c/m', direct: true, strategy: 'priority' });
    expect(catalog.resolve('claude-x')).toMatchObject({ alias: 'claude-*', direct: false });
  });

  it('refuses direct calls unless they are enabled', () => {
    expect(compile({}, { passthrough: { enabled: false } }).resolve('c/m')).toBeUndefined();
  });

  it('keeps the identity of a route while it is remembered, and forgets the oldest', () => {
    const first = catalog.resolve('claude-keep');
    expect(catalog.resolve('claude-keep')).toBe(first);
    for (let i = 0; i < 1_000; i++) catalog.resolve(`claude-n${i}`);
    expect(catalog.resolve('claude-keep')).not.toBe(first);
    expect(catalog.resolve('claude-keep')).toEqual(first);
  });

  it('hedges by the alias, and never direct calls', () => {
    const hedged = compile({ m: alias('m', { hedge: { afterMs: 250 } }) });
    expect(hedged.resolve('m')?.hedgeAfterMs).toBe(250);
    expect(hedged.resolve('c/m')?.hedgeAfterMs).toBeUndefined();
    expect(catalog.resolve('plain-c')?.hedgeAfterMs).toBeUndefined();
  });

  it('lists aliases in file order, without patterns', () => {
    expect(catalog.list()).toEqual([{ id: 'plain-c', owner: 'c' }]);
  });

  it('gives a target the capabilities of its model at its provider', () => {
    expect(catalog.resolve('c/big-1')?.targets[0]?.capabilities.contextWindow).toBe(9_000);
    expect(catalog.resolve('c/small')?.targets[0]?.capabilities.contextWindow).toBe(1_000);
  });
});

describe('what a provider becomes', () => {
  const one = (entry: ProviderEntry) => {
    const catalog = compile({ m: alias('m') }, { providers: new Map([['c', entry]]) });
    const target = catalog.resolve('m')?.targets[0];
    if (!target) throw new Error('no target');
    return target;
  };

  it.each([
    ['http://h:1/v1', 'openai-chat', 'http://h:1', '/v1'],
    ['https://h/api/v1/', 'openai-chat', 'https://h', '/api/v1'],
    ['https://h', 'openai-chat', 'https://h', ''],
    ['https://h', 'anthropic-messages', 'https://h', '/v1'],
    ['https://h/', 'anthropic-messages', 'https://h', '/v1'],
    ['https://h/v1', 'anthropic-messages', 'https://h', '/v1'],
    ['https://h/v1/', 'anthropic-messages', 'https://h', '/v1'],
    ['https://h/anthropic', 'anthropic-messages', 'https://h', '/anthropic/v1'],
  ] as const)('%s as %s', (baseUrl, dialect, origin, basePath) =>
    expect(splitBaseUrl(baseUrl, dialect)).toEqual({ origin, basePath }),
  );

  it('reads a stated address in the stated dialect and a built-in one in its own', () => {
    const stated = one(provider({ dialect: 'anthropic-messages', baseUrl: 'http://h' })).provider;
    expect(stated).toMatchObject({ dialect: 'anthropic-messages', basePath: '/v1' });
    const builtIn = one(provider({ use: 'claude', baseUrl: undefined, dialect: 'openai-chat' })).provider;
    expect(builtIn).toMatchObject({
      dialect: 'openai-chat',
      origin: 'https://claude.example',
      basePath: '/v1',
    });
  });

  it('lets a target speak a dialect of its own', () => {
    const model = {
      ...alias('m'),
      targets: [{ provider: 'c', model: 'm', weight: 1, dialect: 'anthropic-messages' as const }],
    };
    expect(compile({ m: model }).resolve('m')?.targets[0]?.dialect).toBe('anthropic-messages');
  });

  it('fills in timeouts and makes each credential without a group its own', () => {
    const { provider: built } = one(
      provider({
        timeouts: { idleMs: 5 },
        credentials: [
          { name: 'a', apiKey: new Secret('1') },
          { name: 'b', apiKey: new Secret('2'), quotaGroup: 'g' },
          { name: 'd', apiKey: new Secret('3'), quotaGroup: 'g' },
        ],
      }),
    );
    expect(built.timeouts).toEqual({ connectMs: 3_000, firstByteMs: 120_000, idleMs: 5, totalMs: 600_000 });
    expect(built.credentials.map(({ id }) => id)).toEqual(['c/a', 'c/b', 'c/d']);
    const [a, b, d] = built.credentials.map(({ quotaGroup }) => quotaGroup);
    expect(b).toBe(d);
    expect(a).not.toBe(b);
  });

  it('gives every credential of a group the same limits, the smallest that one of them states', () => {
    const key = new Secret('k');
    const { provider: built } = one(
      provider({
        credentials: [
          { name: 'a', apiKey: key, quotaGroup: 'g', limits: { rpm: 60, tpm: 1_000 } },
          { name: 'b', apiKey: key, quotaGroup: 'g', limits: { rpm: 15, concurrency: 4 } },
          { name: 'c', apiKey: key, quotaGroup: 'g' },
          { name: 'd', apiKey: key, limits: { rpd: 9 } },
          { name: 'e', apiKey: key, quotaGroup: 'h', limits: {} },
        ],
      }),
    );
    const [a, b, c, d, e] = built.credentials;
    expect(a?.limits).toEqual({ rpm: 15, tpm: 1_000, concurrency: 4 });
    expect(b?.limits).toBe(a?.limits);
    expect(c?.limits).toBe(a?.limits);
    expect(d?.limits).toEqual({ rpd: 9 });
    expect(e).not.toHaveProperty('limits');
    expect(a).not.toHaveProperty('grant');
  });

  it('gives a provider without keys one empty credential, so that it can be tried', () => {
    const { credentials } = one(provider({ use: 'claude', baseUrl: undefined, credentials: [] })).provider;
    expect(credentials.map(({ id, secret }) => [id, secret.reveal()])).toEqual([['c/none', '']]);
  });
});
