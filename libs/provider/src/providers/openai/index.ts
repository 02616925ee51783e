import type { Capabilities } from '@turnpike/protocol';
import type { ProviderData } from '../../domain/definition';
import { openaiQuota } from './quota';

/** Reasoning models: no sampling knobs, no stop sequences, instructions from the developer role. */
const REASONING: Capabilities = {
  systemRole: 'developer',
  noSampling: true,
  stopLimit: 0,
  thinking: 'effort',
  reasoningField: 'reasoning_effort',
};

/** Models that Chat Completions does not have. */
const RESPONSES_ONLY: Capabilities = { onlyDialect: 'openai-responses' };

export const openai: ProviderData = {
  title: 'OpenAI',
  dialect: 'openai-chat',
  baseUrl: 'https://api.openai.com/v1',
  auth: { kind: 'bearer' },
  operations: [
    'completions',
    'embeddings',
    'moderations',
    'image-generations',
    'image-edits',
    'image-variations',
    'transcriptions',
    'translations',
    'speech',
  ],
  wires: {
    completions: {
      'gpt-3.5-turbo-instruct*': 'native',
      'gpt-35-turbo-instruct*': 'native',
      'davinci-002': 'native',
      'babbage-002': 'native',
    },
  },
  forwardHeaders: ['openai-beta', 'openai-organization', 'openai-project'],
  vendor: 'openai',
  storesResponses: true,
  capabilities: { maxTokensField: 'max_completion_tokens', structuredOutput: 'schema', stopLimit: 4 },
  models: {
    'gpt-3.5-turbo*': {
      webSearch: false,
      contextWindow: 16_385,
      maxOutputTokens: 4_096,
      structuredOutput: 'json',
      reasoningField: 'none',
    },
    'gpt-4-turbo*': {
      webSearch: false,
      contextWindow: 128_000,
      maxOutputTokens: 4_096,
      structuredOutput: 'json',
      reasoningField: 'none',
    },
    'gpt-4o*': { contextWindow: 128_000, maxOutputTokens: 16_384, reasoningField: 'none' },
    'chatgpt-4o*': {
      contextWindow: 128_000,
      maxOutputTokens: 16_384,
      reasoningField: 'none',
      webSearch: false,
    },
    'gpt-4o-*search-preview*': { webSearch: true },
    'gpt-4.1*': { contextWindow: 1_047_576, maxOutputTokens: 32_768, reasoningField: 'none' },
    'gpt-4.1-nano*': { webSearch: false },
    'o1*': {
      ...REASONING,
      webSearch: false,
      contextWindow: 200_000,
      maxOutputTokens: 100_000,
      efforts: ['low', 'medium', 'high'],
    },
    'o3*': {
      ...REASONING,
      contextWindow: 200_000,
      maxOutputTokens: 100_000,
      efforts: ['low', 'medium', 'high'],
    },
    'o3-mini*': { webSearch: false },
    'o4-mini*': {
      ...REASONING,
      contextWindow: 200_000,
      maxOutputTokens: 100_000,
      efforts: ['low', 'medium', 'high'],
    },
    'gpt-5*': {
      ...REASONING,
      contextWindow: 400_000,
      maxOutputTokens: 128_000,
      efforts: ['minimal', 'low', 'medium', 'high'],
    },
    'gpt-5.*': { efforts: ['none', 'low', 'medium', 'high', 'xhigh'] },
    'gpt-5.1*': { efforts: ['none', 'low', 'medium', 'high'] },
    'gpt-5.4': { contextWindow: 1_050_000 },
    'gpt-5.4-20*': { contextWindow: 1_050_000 },
    'gpt-5.5*': { contextWindow: 1_050_000 },
    'gpt-5.6*': { contextWindow: 1_050_000, cacheBreakpoints: true },
    'gpt-6*': {
      ...REASONING,
      cacheBreakpoints: true,
      contextWindow: 1_050_000,
      maxOutputTokens: 128_000,
      efforts: ['none', 'low', 'medium', 'high', 'xhigh'],
    },
    'gpt-5*-chat*': {
      contextWindow: 128_000,
      maxOutputTokens: 16_384,
      systemRole: 'system',
      noSampling: false,
      stopLimit: 4,
      reasoningField: 'none',
      webSearch: false,
    },
    'gpt-5-search-api*': { webSearch: true },
    'o1-pro*': RESPONSES_ONLY,
    'o3-pro*': RESPONSES_ONLY,
    'gpt-5*-pro*': RESPONSES_ONLY,
    'gpt-5*codex*': RESPONSES_ONLY,
    'codex-mini*': RESPONSES_ONLY,
    '*-deep-research*': RESPONSES_ONLY,
    'computer-use-preview*': RESPONSES_ONLY,
  },
  countTokens: true,
  failures: [
    // The same sentence is a per-minute limit elsewhere: only here does it mean an empty account.
    { status: [429, 403, 200], phrase: /exceeded your current quota/i, class: 'credit', scope: 'credential' },
    {
      status: [403, 404],
      code: ['model_not_found'],
      phrase: /does not have access to model/i,
      class: 'auth',
      scope: 'model',
    },
    { status: [401, 403], code: ['ip_not_authorized'], class: 'auth', scope: 'group' },
  ],
  quota: openaiQuota,
  priceProvider: 'openai',
  source: 'https://platform.openai.com/docs/guides/error-codes',
};
