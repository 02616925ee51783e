import type { ProviderData } from '../../domain/definition';

/** Any server that speaks Anthropic Messages: the base URL is the configuration's. */
export const anthropicCompatible: ProviderData = {
  title: 'Anthropic compatible',
  dialect: 'anthropic-messages',
  auth: { kind: 'header', name: 'x-api-key' },
  headers: { 'anthropic-version': '2023-06-01' },
  forwardHeaders: ['anthropic-version', 'anthropic-beta'],
  vendor: 'anthropic-compatible',
  countTokens: true,
  // Third-party servers follow the older protocol: budgets, prefill, system only at the top.
  capabilities: { thinking: 'budget', prefill: true, midSystem: false },
  keyless: true,
  source: 'https://platform.claude.com/docs/en/api/messages',
};
