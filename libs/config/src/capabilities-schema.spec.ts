import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { REFUSABLE_MEMBERS, UPSTREAM_DIALECT_IDS, type Capabilities } from '@turnpike/protocol';
import { compileCatalog, PROVIDERS, type Target } from '@turnpike/provider';
import { capabilities } from './capabilities-schema';
import { ConfigError } from './config-error';
import { parseConfig } from './parse-config';
import { upstreamDialect } from './schema-parts';

type Frozen<T> = {
  readonly [K in keyof T]: T[K] extends (infer U)[] | undefined ? readonly U[] | undefined : T[K];
};
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** The compiler holds the file's table against the one that encoders read. */
const sameMembers: Same<
  Frozen<Required<z.infer<typeof capabilities>>>,
  Frozen<Required<Capabilities>>
> = true;

const parse = (config: object) => parseConfig(JSON.stringify(config), { env: {}, definitions: PROVIDERS });

const targetOf = (config: object, model: string): Target | undefined =>
  compileCatalog(parse(config), PROVIDERS).resolve(model)?.targets[0];

const provider = (more: object = {}) => ({
  use: 'openai',
  credentials: [{ name: 'x', apiKey: 'k' }],
  ...more,
});

describe('the table of capabilities', () => {
  it('is the one that encoders read', () => {
    expect(sameMembers).toBe(true);
    const { element } = capabilities.shape.refusedMembers.unwrap();
    expect([...element.options].sort()).toEqual([...REFUSABLE_MEMBERS].sort());
    expect([...upstreamDialect.options].sort()).toEqual([...UPSTREAM_DIALECT_IDS].sort());
  });

  it('takes every row of the built-in definitions', () => {
    for (const { capabilities: facts = {}, models = {} } of Object.values(PROVIDERS))
      for (const row of [facts, ...Object.values(models)]) expect(capabilities.parse(row)).toEqual(row);
  });

  it('is explained by an example that works', () => {
    const page = readFileSync(path.resolve(__dirname, '../../../docs/reference/capabilities.md'), 'utf8');
    const [, example = ''] = /```yaml\n([\s\S]+?)```/.exec(page) ?? [];
    const config = parseConfig(example, { env: {}, definitions: PROVIDERS });
    expect(compileCatalog(config, PROVIDERS).resolve('coder')).toMatchObject({
      strict: true,
      targets: [
        {
          capabilities: { contextWindow: 131_072, maxOutputTokens: 16_384, images: false },
          unsupportedMedia: 'drop_with_placeholder',
        },
      ],
    });
  });

  it('is merged: definition, its rows, rows of the file in order, the target', () => {
    const config = {
      providers: {
        a: provider({
          models: {
            'gpt-*': { contextWindow: 5_000, images: false },
            'GPT-5-mini': { contextWindow: 6_000 },
            other: { contextWindow: 7_000 },
          },
        }),
      },
      models: {
        m: { targets: [{ provider: 'a', model: 'gpt-5-mini', capabilities: { maxOutputTokens: 9 } }] },
      },
      passthrough: { enabled: true },
    };
    expect(targetOf(config, 'm')?.capabilities).toMatchObject({
      contextWindow: 6_000,
      images: false,
      maxOutputTokens: 9,
      noSampling: true,
    });
    expect(targetOf(config, 'a/gpt-5-mini')?.capabilities).toMatchObject({
      contextWindow: 6_000,
      maxOutputTokens: 128_000,
    });
  });

  it('sends a model to the only wire it speaks, unless the target says otherwise', () => {
    const target = (more: object = {}) => ({ targets: [{ provider: 'a', model: 'x', ...more }] });
    const config = {
      providers: { a: provider({ models: { x: { onlyDialect: 'openai-responses' } } }) },
      models: { m: target(), n: target({ dialect: 'openai-chat' }) },
    };
    const served = targetOf(config, 'm');
    expect([served?.dialect, served?.paths.generate?.whole]).toEqual(['openai-responses', '/v1/responses']);
    expect(targetOf(config, 'n')?.dialect).toBe('openai-chat');
  });

  it('has policies for media: of the alias, else of the provider', () => {
    const config = {
      providers: { a: provider({ unsupportedMedia: 'drop_with_placeholder' }) },
      models: {
        m: { targets: [{ provider: 'a', model: 'x' }] },
        n: { unsupportedMedia: 'refuse', targets: [{ provider: 'a', model: 'x' }] },
      },
      passthrough: { enabled: true },
    };
    expect(['m', 'n', 'a/x'].map((model) => targetOf(config, model)?.unsupportedMedia)).toEqual([
      'drop_with_placeholder',
      'refuse',
      'drop_with_placeholder',
    ]);
  });

  it.each([
    [{ contextWindow: 0 }, 'contextWindow: must be at least 1'],
    [{ efforts: ['huge'] }, 'efforts[0]: must be one of none, minimal, low, medium, high, xhigh, max'],
    [{ vision: true }, 'vision: unknown key'],
    [{ maxOutputToken: 1 }, 'maxOutputToken: unknown key; did you mean "maxOutputTokens"?'],
    [{ refusedMembers: ['messages'] }, 'refusedMembers[0]: must be one of'],
    [{ thinkTag: '<think>' }, 'thinkTag: must be the name of a tag'],
  ])('%j is refused', (row, expected) => {
    const config = { providers: { a: provider({ models: { 'x-*': row } }) } };
    expect(() => parse(config)).toThrow(ConfigError);
    expect(() => parse(config)).toThrow(`providers.a.models["x-*"].${expected}`);
  });
});
