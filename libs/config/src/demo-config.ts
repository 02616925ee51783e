import { toConfiguration, type Configuration } from './configuration';
import { configSchema } from './schema';

const price = (provider: string, model: string, inputPerMTok: string, outputPerMTok: string) => ({
  provider,
  model,
  inputPerMTok,
  outputPerMTok,
});

const target = (provider: string, model: string) => ({ provider, model });

const provider = (use: string, baseUrl: string) => ({
  use,
  baseUrl,
  allowPrivateNetwork: true,
  credentials: [{ name: 'demo', apiKey: 'demo' }],
});

/**
 * What runs without a configuration file: the built-in demo provider at `mockUrl` (scheme://host:port) in both
 * dialects, with made-up prices so that costs can be seen. Common vendor names reach it too, so that any tool works.
 */
export function demoConfig(mockUrl: string): Configuration {
  const origin = new URL(mockUrl).origin;
  const both = [target('demo', 'demo-large'), target('demo-anthropic', 'demo-large')];
  return toConfiguration(
    configSchema.parse({
      providers: {
        demo: provider('openai-compatible', `${origin}/v1`),
        'demo-anthropic': provider('anthropic-compatible', origin),
      },
      models: {
        demo: { targets: both },
        'demo-fast': { targets: [target('demo', 'demo-small')] },
        'demo-anthropic': { targets: [target('demo-anthropic', 'demo-large')] },
        'demo-balanced': { strategy: 'round-robin', targets: both },
        'claude-*': { targets: [target('demo-anthropic', '*'), target('demo', 'demo-large')] },
        'gpt-*': { targets: [target('demo', '*'), target('demo-anthropic', 'demo-large')] },
      },
      passthrough: { enabled: true },
      prices: {
        overrides: ['demo', 'demo-anthropic'].flatMap((name) => [
          price(name, 'demo-large', '3', '15'),
          price(name, 'demo-small', '0.25', '1.25'),
          price(name, '*', '3', '15'),
        ]),
      },
      unpriced: 'allow',
    }),
  );
}
