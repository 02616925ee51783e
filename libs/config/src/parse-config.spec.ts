import { stringify } from 'yaml';
import { ConfigError } from './config-error';
import { parseConfig } from './parse-config';

const definitions = {
  openai: { baseUrl: 'https://api.openai.com/v1' },
  ollama: { baseUrl: 'http://127.0.0.1:11434/v1', keyless: true },
  'openai-compatible': {},
  'anthropic-compatible': {},
};

const env = { KEY: 'sk-secret-value', EMPTY: '', PORTION: '7', ON: 'true', ELSEWHERE: 'secret-nowhere' };

const files: Record<string, string> = { '/run/secrets/key': 'from-file\n', '/run/secrets/empty': '\n' };
const fileReader = (path: string): string => {
  const text = files[path];
  if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  return text;
};

const parse = (config: unknown) =>
  parseConfig(typeof config === 'string' ? config : JSON.stringify(config), { env, definitions, fileReader });

const problemsOf = (config: unknown): readonly string[] => {
  try {
    parse(config);
  } catch (error) {
    if (error instanceof ConfigError)
      return error.message.split('\n').map((line) => line.replace(/ \(line \d+\)$/, ''));
    throw error;
  }
  return [];
};

const provider = (more: object = {}) => ({
  use: 'openai',
  credentials: [{ name: 'x', apiKey: 'k' }],
  ...more,
});
const withProvider = (more: object) => ({ providers: { a: provider(more) } });
const withModel = (more: object) => ({
  providers: { a: provider() },
  models: { m: { targets: [{ provider: 'a', model: 'x' }], ...more } },
});

describe('a valid configuration', () => {
  it('fills in what is not said', () => {
    const config = parse(withModel({}));
    expect(config.models.get('m')).toEqual({
      strategy: 'priority',
      targets: [{ provider: 'a', model: 'x', weight: 1 }],
    });
    expect(config.passthrough).toEqual({ enabled: false });
    expect(config.unpriced).toBe('refuse');
    expect(config.resilience).toEqual({
      maxAttempts: 3,
      deadlineMs: 600_000,
      maxQueueWaitMs: 2_000,
      stateDeadlineMs: 50,
      clientAbort: { drainMs: 1_000 },
    });
  });

  it('may be empty', () => expect(parse('').providers.size).toBe(0));

  it('keeps aliases in file order, and names of Object members are only names', () => {
    const models = Object.fromEntries(
      ['z', 'constructor', 'a*'].map((name) => [name, { targets: [{ provider: 'a', model: 'x' }] }]),
    );
    expect([...parse({ ...withProvider({}), models }).models.keys()]).toEqual(['z', 'constructor', 'a*']);
  });

  it('reads the whole sample of a file', () => {
    const text = stringify({
      ...withModel({ strategy: 'weighted', onContextExceeded: 'long', onContentFilter: 'long' }),
      passthrough: { enabled: true },
      prices: {
        overrides: [
          {
            provider: 'a',
            model: 'x',
            inputPerMTok: '3.000001',
            outputPerMTok: '15',
            effectiveFrom: '2026-01-01',
          },
        ],
      },
      unpriced: 'allow',
      resilience: { maxAttempts: 20, deadlineMs: 1000, clientAbort: { drainMs: 0 } },
    }).replace(
      'models:',
      'models:\n  long: { targets: [{ provider: a, model: "*", weight: 0, dialect: anthropic-messages }] }',
    );
    expect(parse(text).models.get('long')?.targets[0]).toMatchObject({
      weight: 0,
      dialect: 'anthropic-messages',
    });
  });

  it.each([
    ['${KEY}', 'sk-secret-value'],
    ['x-${KEY}-${MISSING:-y}', 'x-sk-secret-value-y'],
    ['${EMPTY:-z}', 'z'],
    ['$${KEY}', '${KEY}'],
    ['file:/run/secrets/key', 'from-file'],
    ['file:///run/secrets/key', 'from-file'],
    ['none', 'none'],
  ])('reads the secret %s', (apiKey, expected) => {
    const secret = parse(withProvider({ credentials: [{ name: 'x', apiKey }] })).providers.get('a')
      ?.credentials[0]?.apiKey;
    expect(secret?.reveal()).toBe(expected);
    expect(JSON.stringify(secret)).not.toContain(expected);
  });

  it('reads variables as numbers and booleans where these belong', () => {
    const config = parse({ resilience: { maxAttempts: '${PORTION}' }, passthrough: { enabled: '${ON}' } });
    expect([config.resilience.maxAttempts, config.passthrough.enabled]).toEqual([7, true]);
  });

  it('reads the limits of a credential', () => {
    const limits = { rpm: 60, tpm: '${PORTION}', rpd: 1_000, tpd: 2_000_000, concurrency: 4 };
    const credentials = [{ name: 'x', apiKey: 'k', limits }];
    expect(parse(withProvider({ credentials })).providers.get('a')?.credentials[0]?.limits).toEqual({
      ...limits,
      tpm: 7,
    });
  });

  it('needs no credential where the definition needs none', () => {
    expect(parse({ providers: { l: { use: 'ollama' } } }).providers.get('l')?.credentials).toEqual([]);
  });
});

describe('what is wrong is named with its path and a hint', () => {
  it.each<[string, unknown, string]>([
    ['unknown key', { providerz: {} }, 'providerz: unknown key; did you mean "providers"?'],
    [
      'unknown nested key',
      { providers: { a: { ...provider({ use: 'openai-compatible' }), baseURL: 'http://127.0.0.1:9/v1' } } },
      'providers.a.baseURL: unknown key; did you mean "baseUrl"?',
    ],
    [
      'key of nothing',
      withModel({ zone: 'eu' }),
      'models.m.zone: unknown key; known: strategy, targets, rules, sticky, hedge, onContextExceeded, onContentFilter, strict, unsupportedMedia',
    ],
    [
      'unknown limit of a credential',
      withProvider({ credentials: [{ name: 'x', apiKey: 'k', limits: { rps: 1 } }] }),
      'providers.a.credentials[0].limits.rps: unknown key; did you mean "rpm"?',
    ],
    [
      'limit that lets nothing through',
      withProvider({ credentials: [{ name: 'x', apiKey: 'k', limits: { concurrency: 0 } }] }),
      'providers.a.credentials[0].limits.concurrency: must be at least 1',
    ],
    [
      'half a request per minute',
      withProvider({ credentials: [{ name: 'x', apiKey: 'k', limits: { rpm: 0.5 } }] }),
      'providers.a.credentials[0].limits.rpm: must be a whole number',
    ],
    [
      'strategy',
      withModel({ strategy: 'fastest' }),
      'models.m.strategy: must be one of priority, weighted, round-robin, random, least-busy, p2c, lowest-latency, lowest-cost, headroom',
    ],
    [
      'unset variable',
      withProvider({ credentials: [{ name: 'x', apiKey: '${NOT_SET}' }] }),
      'providers.a.credentials[0].apiKey: the variable NOT_SET is not set; set it or write ${NOT_SET:-default}',
    ],
    [
      'half a variable',
      withProvider({ credentials: [{ name: 'x', apiKey: '${NOT' }] }),
      'providers.a.credentials[0].apiKey: is no variable reference; write ${NAME}, ${NAME:-default}, or $${ for a literal ${',
    ],
    [
      'empty variable',
      withProvider({ credentials: [{ name: 'x', apiKey: '${EMPTY}' }] }),
      'providers.a.credentials[0].apiKey: must not be empty',
    ],
    [
      'secret file',
      withProvider({ credentials: [{ name: 'x', apiKey: 'file:/nowhere' }] }),
      'providers.a.credentials[0].apiKey: the file /nowhere cannot be read (ENOENT)',
    ],
    [
      'empty secret file',
      withProvider({ credentials: [{ name: 'x', apiKey: 'file:/run/secrets/empty' }] }),
      'providers.a.credentials[0].apiKey: the file /run/secrets/empty is empty',
    ],
    [
      'relative secret file',
      withProvider({ credentials: [{ name: 'x', apiKey: 'file:key' }] }),
      'providers.a.credentials[0].apiKey: file: needs an absolute path',
    ],
    [
      'unknown definition',
      withProvider({ use: 'opnai' }),
      'providers.a.use: unknown definition "opnai"; did you mean "openai"?',
    ],
    [
      'no Object member is a definition',
      withProvider({ use: 'constructor' }),
      'providers.a.use: unknown definition "constructor"; known: openai, ollama, openai-compatible, anthropic-compatible',
    ],
    [
      'no address',
      withProvider({ use: 'openai-compatible' }),
      'providers.a.baseUrl: is required, because "openai-compatible" has no address of its own',
    ],
    [
      'bad address',
      withProvider({ baseUrl: 'localhost:9' }),
      'providers.a.baseUrl: must be an http or https URL; for example https://api.example.com/v1',
    ],
    [
      'address with a password',
      withProvider({ baseUrl: 'http://u:p@h/v1' }),
      'providers.a.baseUrl: must not hold a user or password; put the key into credentials',
    ],
    [
      'address with a query',
      withProvider({ baseUrl: 'http://h/v1?key=1' }),
      'providers.a.baseUrl: must not hold a query or a fragment',
    ],
    [
      'no credential',
      withProvider({ credentials: [] }),
      'providers.a.credentials: needs at least one credential; write [{ name: main, apiKey: "${VAR}" }]',
    ],
    [
      'credential twice',
      withProvider({
        credentials: [
          { name: 'x', apiKey: 'k' },
          { name: 'x', apiKey: 'l' },
        ],
      }),
      'providers.a.credentials[1].name: is the name of an earlier credential of this provider',
    ],
    [
      'provider of a target',
      { providers: {}, models: { m: { targets: [{ provider: 'nowhere', model: 'x' }] } } },
      'models.m.targets[0].provider: unknown provider "nowhere"; providers are named under "providers"',
    ],
    [
      'misspelt provider',
      withModel({ targets: [{ provider: 'aa', model: 'x' }] }),
      'models.m.targets[0].provider: unknown provider "aa"; did you mean "a"?',
    ],
    [
      'variable as a provider',
      withModel({ targets: [{ provider: '${ELSEWHERE}', model: 'x' }] }),
      'models.m.targets[0].provider: unknown provider "${ELSEWHERE}"; known: a',
    ],
    ['no target', withModel({ targets: [] }), 'models.m.targets: needs at least one target'],
    ['targets missing', { models: { m: {} } }, 'models.m.targets: is required'],
    [
      'target twice',
      withModel({
        targets: [
          { provider: 'a', model: 'x' },
          { provider: 'a', model: 'x' },
        ],
      }),
      'models.m.targets[1]: is the same target as an earlier one',
    ],
    [
      'half a glob as a target',
      withModel({ targets: [{ provider: 'a', model: 'x-*' }] }),
      'models.m.targets[0].model: holds a "*"; only "*" alone stands for the whole asked name',
    ],
    [
      'unknown fallback',
      withModel({ onContextExceeded: 'mm' }),
      'models.m.onContextExceeded: unknown alias "mm"; did you mean "m"?',
    ],
    [
      'fallback to itself',
      withModel({ onContentFilter: 'm' }),
      'models.m.onContentFilter: leads back to "m"; a fallback must end somewhere',
    ],
    ['too many attempts', { resilience: { maxAttempts: 21 } }, 'resilience.maxAttempts: must be at most 20'],
    ['text for a number', { resilience: { maxAttempts: 'x' } }, 'resilience.maxAttempts: must be a number'],
    ['fraction', { resilience: { maxAttempts: 1.5 } }, 'resilience.maxAttempts: must be a whole number'],
    ['list for a mapping', { models: [] }, 'models: must be a mapping'],
    [
      'price as a number',
      {
        ...withProvider({}),
        prices: { overrides: [{ provider: 'a', model: 'x', inputPerMTok: 3, outputPerMTok: '1' }] },
      },
      'prices.overrides[0].inputPerMTok: must be a decimal string of USD in quotes, such as "3.00"',
    ],
    [
      'price twice',
      {
        ...withProvider({}),
        prices: {
          overrides: [0, 1].map(() => ({ provider: 'a', model: 'x', inputPerMTok: '3', outputPerMTok: '1' })),
        },
      },
      'prices.overrides[1]: prices the same model from the same instant as an earlier one',
    ],
    [
      'provider name',
      { providers: { 'a/b': provider() } },
      'providers["a/b"]: must be 1 to 64 letters, digits, ".", "_" or "-", the first a letter or digit',
    ],
    ['prototype', '{"models":{"__proto__":{"targets":[]}}}', 'models.__proto__: cannot be used as a name'],
    ['not a mapping', 'just text', 'must be a mapping'],
  ])('%s', (_, config, expected) => expect(problemsOf(config)).toEqual([expected]));

  it('finds a circle of fallbacks over both kinds', () => {
    const targets = [{ provider: 'a', model: 'x' }];
    const models = {
      a: { targets, onContextExceeded: 'b' },
      b: { targets, onContentFilter: 'a' },
      c: { targets, onContentFilter: 'a' },
    };
    expect(problemsOf({ ...withProvider({}), models })).toEqual([
      'models.a.onContextExceeded: leads back to "a"; a fallback must end somewhere',
      'models.b.onContentFilter: leads back to "b"; a fallback must end somewhere',
    ]);
  });

  it('reports everything together, each with its line', () => {
    const text = [
      'providers:',
      '  a:',
      '    use: opnai',
      '    credentials:',
      '      - { name: x, apiKey: "${NOT_SET}" }',
      'models:',
      '  "m-*": { targets: [{ provider: b, model: x }], affinity: 1 }',
    ].join('\n');
    expect(() => parse(text)).toThrow(
      [
        'providers.a.credentials[0].apiKey: the variable NOT_SET is not set; set it or write ${NOT_SET:-default}',
        'models["m-*"].affinity: unknown key; known: strategy, targets, rules, sticky, hedge, onContextExceeded, onContentFilter, strict, unsupportedMedia (line 7)',
        'providers.a.use: unknown definition "opnai"; did you mean "openai"? (line 3)',
        'models["m-*"].targets[0].provider: unknown provider "b"; did you mean "a"? (line 7)',
      ].join('\n'),
    );
  });

  it('says where the YAML breaks', () => {
    expect(problemsOf('providers:\n  a: [')[0]).toMatch(/^line 2, column \d+: is no YAML: /);
    expect(problemsOf('a: 1\na: 2')[0]).toMatch(/^line 2, column 1: is no YAML: /);
  });

  it('never repeats what a variable holds', () => {
    const everywhere = JSON.stringify({
      providers: {
        a: {
          use: '${KEY}',
          baseUrl: '${KEY}',
          dialect: '${KEY}',
          credentials: [{ name: '${KEY} ', apiKey: 'file:${KEY}' }],
        },
      },
      models: {
        m: {
          strategy: '${KEY}',
          targets: [{ provider: '${KEY}', model: '${KEY}*' }],
          onContentFilter: '${KEY}',
        },
      },
      unpriced: '${KEY}',
    });
    expect(problemsOf(everywhere).join()).not.toContain('sk-secret-value');
    const valid = JSON.stringify({
      providers: { a: { use: '${KEY}', baseUrl: '${KEY}' } },
      models: { m: { targets: [{ provider: '${KEY}', model: '${KEY}*' }], onContentFilter: '${KEY}' } },
    });
    expect(problemsOf(valid)).toHaveLength(5);
    expect(problemsOf(valid).join()).not.toContain('sk-secret-value');
  });
});
