import { checkReferences } from './check-references';
import { demoConfig } from './demo-config';
import { strategy } from './schema-parts';
import { configJsonSchema, configSchema } from './schema';

const definitions = { 'openai-compatible': {}, 'anthropic-compatible': {} };

describe('the built-in demo configuration', () => {
  const config = demoConfig('http://127.0.0.1:4010/ignored');

  it('refers only to what it holds', () => {
    const { providers, models, ...rest } = config;
    const file = configSchema.parse({
      ...rest,
      models: Object.fromEntries(models),
      providers: Object.fromEntries(
        [...providers].map(([name, { credentials, ...provider }]) => [
          name,
          {
            ...provider,
            credentials: credentials.map((each) => ({ ...each, apiKey: each.apiKey?.reveal() })),
          },
        ]),
      ),
    });
    expect(checkReferences(file, definitions, (_, value) => value)).toEqual([]);
  });

  it('speaks to the demo provider in both dialects', () => {
    expect([...config.providers].map(([name, { use, baseUrl }]) => [name, use, baseUrl])).toEqual([
      ['demo', 'openai-compatible', 'http://127.0.0.1:4010/v1'],
      ['demo-anthropic', 'anthropic-compatible', 'http://127.0.0.1:4010'],
    ]);
  });

  it('can be listed by plain names and reached by the names that tools ask for', () => {
    const names = [...config.models.keys()];
    expect(names[0]).toBe('demo');
    expect(names).toEqual(expect.arrayContaining(['demo-fast', 'demo-anthropic', 'claude-*', 'gpt-*']));
  });
});

describe('the JSON Schema of the configuration file', () => {
  const schema = configJsonSchema() as {
    properties: Record<string, { additionalProperties: unknown }>;
    additionalProperties: boolean;
  };

  it('knows every top-level key and no other', () => {
    expect(Object.keys(schema.properties)).toEqual([
      'providers',
      'models',
      'passthrough',
      'prices',
      'unpriced',
      'resilience',
    ]);
    expect(schema.additionalProperties).toBe(false);
  });

  it('says what may be left out, as a writer of the file sees it', () => {
    expect(schema).not.toHaveProperty('required');
    expect(schema.properties['models']?.additionalProperties).toMatchObject({
      required: ['targets'],
      additionalProperties: false,
      properties: {
        strategy: { default: 'priority', enum: strategy.options },
      },
    });
  });
});
