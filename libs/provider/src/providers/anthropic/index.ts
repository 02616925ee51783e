import type { Capabilities } from '@turnpike/protocol';
import type { ProviderData } from '../../domain/definition';
import { anthropicQuota } from './quota';

/** Up to the 4.5 family: thinking takes a budget and no word of effort, an assistant turn may be prefilled. */
const BUDGET: Capabilities = {
  contextWindow: 200_000,
  maxOutputTokens: 64_000,
  thinking: 'budget',
  defaultThinkingBudget: 10_000,
  efforts: [],
  prefill: true,
  midSystem: false,
  noSampling: false,
  temperatureOrTopP: true,
};

export const anthropic: ProviderData = {
  title: 'Anthropic',
  dialect: 'anthropic-messages',
  baseUrl: 'https://api.anthropic.com',
  auth: { kind: 'header', name: 'x-api-key' },
  headers: { 'anthropic-version': '2023-06-01' },
  forwardHeaders: ['anthropic-version', 'anthropic-beta'],
  vendor: 'anthropic',
  countTokens: true,
  // Models without a row below are newer than this table: they take what the 4.8 family takes.
  capabilities: {
    contextWindow: 1_000_000,
    maxOutputTokens: 128_000,
    thinking: 'adaptive',
    efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
    prefill: false,
    midSystem: true,
    noSampling: true,
    structuredOutput: 'schema',
    tokensPerImage: 1_600,
  },
  models: {
    'claude-3*': {
      ...BUDGET,
      temperatureOrTopP: false,
      maxOutputTokens: 8_192,
      thinking: 'none',
      structuredOutput: 'none',
      webSearch: false,
    },
    'claude-3-opus*': { maxOutputTokens: 4_096 },
    'claude-3-haiku*': { maxOutputTokens: 4_096 },
    'claude-3-7-sonnet*': { thinking: 'budget', maxOutputTokens: 64_000, webSearch: true },
    'claude-sonnet-4-0*': { ...BUDGET, temperatureOrTopP: false, structuredOutput: 'none' },
    'claude-sonnet-4-2025*': { ...BUDGET, temperatureOrTopP: false, structuredOutput: 'none' },
    'claude-opus-4-0*': {
      ...BUDGET,
      temperatureOrTopP: false,
      maxOutputTokens: 32_000,
      structuredOutput: 'none',
    },
    'claude-opus-4-2025*': {
      ...BUDGET,
      temperatureOrTopP: false,
      maxOutputTokens: 32_000,
      structuredOutput: 'none',
    },
    'claude-opus-4-1*': { ...BUDGET, maxOutputTokens: 32_000 },
    'claude-*-4-5*': BUDGET,
    'claude-opus-4-5*': { efforts: ['low', 'medium', 'high'] },
    'claude-*-4-6*': {
      midSystem: false,
      noSampling: false,
      temperatureOrTopP: true,
      efforts: ['low', 'medium', 'high', 'max'],
    },
    'claude-*-4-7*': { midSystem: false },
  },
  failures: [
    { status: [429], code: ['enforced_spend_limit_reached'], class: 'credit', scope: 'credential' },
    {
      status: [400, 403],
      phrase: /credit balance is too low|regain access on/i,
      class: 'credit',
      scope: 'credential',
    },
    { status: [400, 403], phrase: /organization has been disabled/i, class: 'auth', scope: 'credential' },
    { status: [404], phrase: /^model: \S/i, class: 'target_gone', scope: 'none' },
    {
      status: [400],
      phrase: /^output blocked by content filtering policy/i,
      class: 'content_filter',
      scope: 'none',
    },
  ],
  quota: anthropicQuota,
  priceProvider: 'anthropic',
  source: 'https://platform.claude.com/docs/en/api/errors',
};
