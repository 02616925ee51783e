import { GEMINI_DIALECT_ID } from '@turnpike/dialects/gemini-generate';
import type { Capabilities } from '@turnpike/protocol';
import type { ProviderData } from '../../domain/definition';

/** Up to the 2.5 family: no signatures on calls, no media in results, structured answers and tools exclude each other. */
const OLDER: Capabilities = {
  signedCalls: false,
  resultMedia: false,
  jsonWithTools: false,
};

/** Before thinking. */
const PLAIN: Capabilities = {
  ...OLDER,
  thinking: 'none',
  maxOutputTokens: 8_192,
  jsonSchema: false,
  fetchesUrls: false,
  penalties: true,
};

export const gemini: ProviderData = {
  title: 'Google Gemini',
  dialect: GEMINI_DIALECT_ID,
  baseUrl: 'https://generativelanguage.googleapis.com',
  auth: { kind: 'header', name: 'x-goog-api-key' },
  vendor: 'google',
  countTokens: true,
  // Models without a row below are newer than this table: they take what the third generation takes.
  capabilities: {
    contextWindow: 1_048_576,
    maxOutputTokens: 65_536,
    thinking: 'effort',
    efforts: ['minimal', 'low', 'medium', 'high'],
    structuredOutput: 'schema',
    stopLimit: 5,
    prefill: false,
    tokensPerImage: 1_120,
  },
  models: {
    'gemini-3*-pro*': { efforts: ['low', 'medium', 'high'] },
    'gemini-3-pro*': { efforts: ['low', 'high'] },
    'gemini-2.5*': {
      ...OLDER,
      thinking: 'budget',
      thinkingBudgetMin: 0,
      thinkingBudgetMax: 24_576,
      tokensPerImage: 258,
    },
    'gemini-2.5-pro*': { thinkingBudgetMin: 128, thinkingBudgetMax: 32_768, thinkingOff: false },
    'gemini-2.5-flash-lite*': { thinkingBudgetMin: 512 },
    'gemini-2.5-flash-image*': { thinking: 'none', contextWindow: 65_536, maxOutputTokens: 32_768 },
    'gemini-2.0*': { ...PLAIN, tokensPerImage: 258 },
    'gemini-1*': { ...PLAIN, tokensPerImage: 258 },
    'gemma-*': {
      ...PLAIN,
      contextWindow: 131_072,
      systemRole: 'none',
      structuredOutput: 'none',
      tokensPerImage: 258,
    },
  },
  failures: [
    {
      status: [400],
      phrase: /api key (?:expired|not valid)/i,
      class: 'auth',
      scope: 'credential',
    },
    {
      status: [403],
      phrase: /has not been used in project|api is disabled|service_disabled/i,
      class: 'auth',
      scope: 'group',
    },
  ],
  // Keys of one project share its quota.
  rateScope: 'group',
  priceProvider: 'google',
  source: 'https://ai.google.dev/gemini-api/docs/troubleshooting',
};
