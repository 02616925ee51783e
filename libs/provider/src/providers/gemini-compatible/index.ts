import { GEMINI_DIALECT_ID } from '@turnpike/dialects/gemini-generate';
import type { ProviderData } from '../../domain/definition';

/** Any server that speaks generateContent: the base URL, without its version, is the configuration's. */
export const geminiCompatible: ProviderData = {
  title: 'Gemini compatible',
  dialect: GEMINI_DIALECT_ID,
  auth: { kind: 'header', name: 'x-goog-api-key' },
  vendor: 'gemini-compatible',
  countTokens: true,
  // Behind another address is most often the vendor itself: what its newest models take.
  capabilities: { thinking: 'effort', prefill: false },
  keyless: true,
  source: 'https://ai.google.dev/api/generate-content',
};
