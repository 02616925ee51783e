import { ConfigError } from './config-error';
import { parseConfig } from './parse-config';

const target = { provider: 'a', model: 'x' };
const parse = (models: object) =>
  parseConfig(
    JSON.stringify({
      providers: { a: { use: 'openai', credentials: [{ name: 'x', apiKey: 'k' }] } },
      models,
    }),
    { env: {}, definitions: { openai: { baseUrl: 'https://api.openai.com/v1' } } },
  );

/** Aliases by name, each with the rules that are given. */
const withRules = (rules: Readonly<Record<string, unknown>>) =>
  parse(
    Object.fromEntries(
      ['main', 'long', 'cheap', 'claude-*'].map((alias) => [
        alias,
        { targets: [target], ...(rules[alias] === undefined ? {} : { rules: rules[alias] }) },
      ]),
    ),
  );

const problemsOf = (read: () => unknown): readonly string[] => {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError)
      return error.message.split('\n').map((line) => line.replace(/ \(line \d+\)$/, ''));
    throw error;
  }
  return [];
};

const tools = { tools: true };

describe('rules of an alias', () => {
  it('are kept as they are written, in their order', () => {
    const rules = [
      { when: { inputTokensOver: 100_000, images: false }, use: 'long' },
      { when: { header: { 'X-Foo': 'Bar' }, metadata: { team: 'x' }, model: 'claude-*' }, use: 'cheap' },
    ];
    expect(withRules({ main: rules }).models.get('main')?.rules).toEqual(rules);
  });

  it.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
    [
      'an alias that does not exist',
      { main: [{ when: tools, use: 'lnog' }] },
      ['models.main.rules[0].use: unknown alias "lnog"; did you mean "long"?'],
    ],
    [
      'a pattern in place of an alias',
      { main: [{ when: tools, use: 'claude-*' }] },
      ['models.main.rules[0].use: unknown alias "claude-*"'],
    ],
    [
      'an alias that leads to itself',
      { main: [{ when: tools, use: 'main' }] },
      ['models.main.rules[0].use: leads back to "main"; rules must end somewhere'],
    ],
    [
      'a circle over several',
      {
        main: [{ when: tools, use: 'cheap' }],
        cheap: [
          { when: tools, use: 'long' },
          { when: { images: true }, use: 'main' },
        ],
      },
      [
        'models.main.rules[0].use: leads back to "main"; rules must end somewhere',
        'models.cheap.rules[1].use: leads back to "cheap"; rules must end somewhere',
      ],
    ],
    ['a chain', { main: [{ when: tools, use: 'cheap' }], cheap: [{ when: tools, use: 'long' }] }, []],
    [
      'no condition',
      { main: [{ when: {}, use: 'long' }] },
      ['models.main.rules[0].when: must state at least one condition'],
    ],
    ['no rule', { main: [] }, ['models.main.rules: needs at least one rule']],
    [
      'an unknown condition',
      { main: [{ when: { image: true, tools: true }, use: 'long' }] },
      ['models.main.rules[0].when.image: unknown key; did you mean "images"?'],
    ],
  ])('%s', (_, rules, problems) => {
    const found = problemsOf(() => withRules(rules));
    expect(found.map((line, i) => line.slice(0, problems[i]?.length))).toEqual(problems);
  });
});

it.each([
  [{ ttlMinutes: 0 }, []],
  [{ ttlMinutes: 45 }, []],
  [{ ttlMinutes: -1 }, ['models.m.sticky.ttlMinutes']],
  [{ ttlMinutes: 0.5 }, ['models.m.sticky.ttlMinutes']],
  [{}, ['models.m.sticky.ttlMinutes']],
  [false, ['models.m.sticky']],
])('sticky: %j', (sticky, paths) => {
  const found = problemsOf(() => parse({ m: { targets: [target], sticky } }));
  expect(found.map((line) => line.split(':')[0])).toEqual(paths);
});

it.each([
  [{ afterMs: 100 }, []],
  [{ afterMs: 60_000 }, []],
  [{ afterMs: 99 }, ['models.m.hedge.afterMs']],
  [{ afterMs: 60_001 }, ['models.m.hedge.afterMs']],
  [{ afterMs: 250.5 }, ['models.m.hedge.afterMs']],
  [{}, ['models.m.hedge.afterMs']],
  [true, ['models.m.hedge']],
])('hedge: %j', (hedge, paths) => {
  const found = problemsOf(() => parse({ m: { targets: [target], hedge } }));
  expect(found.map((line) => line.split(':')[0])).toEqual(paths);
});
