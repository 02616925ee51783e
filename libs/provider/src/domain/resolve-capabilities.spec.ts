import { PROVIDERS } from '../registry';
import { resolveCapabilities } from './resolve-capabilities';

describe('resolveCapabilities', () => {
  it.each([
    [
      'openai',
      'gpt-4o-mini',
      { contextWindow: 128_000, maxOutputTokens: 16_384, maxTokensField: 'max_completion_tokens' },
    ],
    ['openai', 'o3', { noSampling: true, systemRole: 'developer', maxOutputTokens: 100_000, stopLimit: 0 }],
    ['openai', 'gpt-5-mini', { contextWindow: 400_000, efforts: ['minimal', 'low', 'medium', 'high'] }],
    ['openai', 'gpt-5.1', { efforts: ['none', 'low', 'medium', 'high'] }],
    ['openai', 'gpt-5.2', { contextWindow: 400_000, efforts: ['none', 'low', 'medium', 'high', 'xhigh'] }],
    ['openai', 'gpt-5.4', { contextWindow: 1_050_000 }],
    ['openai', 'gpt-5.4-mini', { contextWindow: 400_000 }],
    ['openai', 'gpt-5-chat-latest', { noSampling: false, systemRole: 'system', maxOutputTokens: 16_384 }],
    [
      'anthropic',
      'claude-sonnet-4-5-20250929',
      { thinking: 'budget', prefill: true, midSystem: false, noSampling: false, maxOutputTokens: 64_000 },
    ],
    [
      'anthropic',
      'claude-opus-4-1-20250805',
      { thinking: 'budget', maxOutputTokens: 32_000, contextWindow: 200_000 },
    ],
    [
      'anthropic',
      'claude-opus-4-6',
      { thinking: 'adaptive', prefill: false, midSystem: false, noSampling: false },
    ],
    ['anthropic', 'claude-opus-4-7', { thinking: 'adaptive', midSystem: false, noSampling: true }],
    ['anthropic', 'claude-opus-4-8', { thinking: 'adaptive', midSystem: true, maxOutputTokens: 128_000 }],
    [
      'anthropic',
      'claude-3-5-haiku-latest',
      { thinking: 'none', maxOutputTokens: 8_192, temperatureOrTopP: false },
    ],
    ['anthropic', 'claude-3-7-sonnet-latest', { thinking: 'budget', maxOutputTokens: 64_000 }],
    ['deepseek', 'deepseek-chat', { structuredOutput: 'json', echoReasoning: true }],
    ['mistral', 'mistral-small-latest', { noStreamOptions: true, toolCallIdPattern: 'mistral9' }],
    ['zai', 'GLM-5.2', { contextWindow: 1_000_000, structuredOutput: 'json' }],
    ['openai-compatible', 'anything', { maxTokensField: 'max_tokens' }],
  ] as const)('%s %s', (provider, model, expected) => {
    expect(resolveCapabilities(PROVIDERS[provider], model)).toMatchObject(expected);
  });

  it('takes every pattern that matches, in order', () => {
    const definition = {
      ...PROVIDERS.openai,
      capabilities: { stopLimit: 4 },
      models: { 'a*': { stopLimit: 1, images: true }, '*b': { stopLimit: 2 } },
    };
    expect(resolveCapabilities(definition, 'ab')).toEqual({ stopLimit: 2, images: true });
    expect(resolveCapabilities(definition, 'c')).toEqual({ stopLimit: 4 });
  });
});
