import { GEMINI_DIALECT_ID } from '@turnpike/dialects/gemini-generate';
import type { Capabilities } from '@turnpike/protocol';
import type { ProviderData } from '../../domain/definition';
import { googleQuota } from './quota';

/** Up to 3.5 Flash: an answer is drawn as the caller says, and goes on from the words it is given. */
const STEERABLE: Capabilities = { noSampling: false, prefill: true };

/** From 3.0 to 3.6 Flash. */
const MINIMAL: Capabilities = { efforts: ['minimal', 'low', 'medium', 'high'] };

/** Up to the 2.5 family: no signatures on calls, no media in results, structured answers and tools exclude each other. */
const OLDER: Capabilities = {
  ...STEERABLE,
  signedCalls: false,
  resultMedia: false,
  jsonWithTools: false,
  choices: 8,
  tokensPerImage: 258,
};

const BUDGET: Capabilities = {
  ...OLDER,
  thinking: 'budget',
  thinkingBudgetMin: 0,
  thinkingBudgetMax: 24_576,
};

/** Before thinking. */
const PLAIN: Capabilities = {
  ...OLDER,
  thinking: 'none',
  maxOutputTokens: 8_192,
  jsonSchema: false,
  fetchesUrls: false,
  tiers: [],
};

/** Open models at this address: they see pictures, and nothing else but text. */
const GEMMA: Capabilities = {
  ...PLAIN,
  choices: 1,
  audio: false,
  documents: false,
  video: false,
  webSearch: false,
};

export const gemini: ProviderData = {
  title: 'Google Gemini',
  dialect: GEMINI_DIALECT_ID,
  baseUrl: 'https://generativelanguage.googleapis.com',
  auth: { kind: 'header', name: 'x-goog-api-key' },
  vendor: 'google',
  countTokens: true,
  // Models without a row below are newer than this table, or names for the newest: 3.7 Flash and all after it.
  capabilities: {
    contextWindow: 1_048_576,
    maxOutputTokens: 65_536,
    thinking: 'effort',
    efforts: ['low', 'medium', 'high'],
    noSampling: true,
    structuredOutput: 'schema',
    stopLimit: 5,
    prefill: false,
    callIds: true,
    choices: 1,
    tiers: ['standard', 'flex', 'priority'],
    tokensPerImage: 1_120,
  },
  models: {
    'gemini-4-hydrogen*': { efforts: ['low', 'medium', 'high', 'xhigh'] },
    'gemini-3.6*': MINIMAL,
    'gemini-3.5*': { ...MINIMAL, ...STEERABLE },
    'gemini-3.5-flash-lite*': { noSampling: true, prefill: false },
    'gemini-3.1*': { ...MINIMAL, ...STEERABLE },
    'gemini-3-*': { ...MINIMAL, ...STEERABLE },
    'gemini-3.1-pro*': { efforts: ['low', 'medium', 'high'] },
    'gemini-3-pro*': { efforts: ['low', 'high'] },
    'gemini-2.5*': BUDGET,
    'gemini-2.5-pro*': { thinkingBudgetMin: 128, thinkingBudgetMax: 32_768, thinkingOff: false },
    'gemini-2.5-flash-lite*': { thinkingBudgetMin: 512 },
    'gemini-2.0*': { ...PLAIN, penalties: true },
    'gemini-1*': { ...PLAIN, webSearch: false },
    'gemini-robotics-er-1.5*': BUDGET,
    'gemini-*-image*': {
      contextWindow: 65_536,
      maxOutputTokens: 32_768,
      structuredOutput: 'none',
      choices: 1,
    },
    'gemini-3.1-flash-image*': { efforts: ['minimal', 'high'] },
    'gemini-3-pro-image*': { thinking: 'none' },
    'gemini-2.5-flash-image*': { thinking: 'none', webSearch: false },
    'gemma-*': { ...GEMMA, contextWindow: 131_072, systemRole: 'none', structuredOutput: 'none' },
    'gemma-3-1b*': { contextWindow: 32_768, images: false },
    'gemma-4*': {
      contextWindow: 262_144,
      maxOutputTokens: 32_768,
      thinking: 'effort',
      efforts: ['minimal', 'high'],
      systemRole: 'system',
      structuredOutput: 'schema',
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
  // Each model has limits of its own; keys of one project share them.
  rateScope: 'model',
  quota: googleQuota,
  priceProvider: 'google',
  source: 'https://ai.google.dev/gemini-api/docs/troubleshooting',
};
