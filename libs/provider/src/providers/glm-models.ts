import type { Capabilities } from '@turnpike/protocol';

/** What the GLM platforms take on their Chat endpoint: thinking as an object, JSON without a schema, one stop word. */
export const GLM_CAPABILITIES: Capabilities = {
  customTools: false,
  maxTokensField: 'max_tokens',
  structuredOutput: 'json',
  reasoningField: 'thinking',
  documents: false,
  stopLimit: 1,
};

/** Model names in both spellings of case that the platforms accept. */
export const GLM_MODELS: Readonly<Record<string, Capabilities>> = {
  'glm-4.5*': { contextWindow: 131_072, maxOutputTokens: 98_304, images: false },
  'glm-4.6*': { contextWindow: 200_000, maxOutputTokens: 131_072, images: false },
  'glm-4.7*': { contextWindow: 200_000, maxOutputTokens: 131_072, images: false },
  'glm-*v*': { images: true },
  'glm-5*': { contextWindow: 200_000, maxOutputTokens: 131_072 },
  'glm-5.2*': { contextWindow: 1_000_000 },
  'glm-5.3*': { contextWindow: 1_000_000 },
};
