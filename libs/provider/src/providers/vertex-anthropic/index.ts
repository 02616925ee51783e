import type { ProviderData } from '../../domain/definition';
import { anthropic } from '../anthropic';
import { VERTEX_FAILURES, VERTEX_PLACE, vertexModels } from '../vertex-place';

const MODELS = vertexModels('anthropic');

/** Betas that are known here; one that is not is a refusal of the whole request. */
const BETAS = [
  'claude-code-20250219',
  'compact-2026-01-12',
  'compact-2026-09-04',
  'computer-use-2025-01-24',
  'computer-use-2025-11-24',
  'context-1m-2025-08-07',
  'context-management-2025-06-27',
  'dangerous-tool-use-2026-09-03',
  'interleaved-thinking-2025-05-14',
  'per-turn-control-2026-07-01',
  'thinking-binding-controls-2026-08-01',
  'thinking-display-updates-2026-08-18',
  'tool-search-tool-2025-10-19',
  'web-search-2025-03-05',
];

/** Claude in Google Cloud: the model stands in the address, the version in the body. */
export const vertexAnthropic: ProviderData = {
  ...VERTEX_PLACE,
  title: 'Claude on Vertex AI',
  dialect: 'anthropic-messages',
  paths: {
    generate: { whole: `${MODELS}/{model}:rawPredict`, stream: `${MODELS}/{model}:streamRawPredict` },
    'count-tokens': `${MODELS}/count-tokens:rawPredict`,
  },
  quirks: { removeMembers: ['model'], addMembers: { anthropic_version: 'vertex-2023-10-16' } },
  forwardHeaders: ['anthropic-beta'],
  headerWords: { 'anthropic-beta': BETAS },
  vendor: 'vertex-anthropic',
  countTokens: true,
  capabilities: { ...anthropic.capabilities, midSystem: false, structuredOutput: 'none' },
  models: {
    ...anthropic.models,
    // Releases are named `model@date` here; what the vendor itself calls by name and date is meant by these.
    'claude-sonnet-4@*': anthropic.models?.['claude-sonnet-4-0*'] ?? {},
    'claude-opus-4@*': anthropic.models?.['claude-opus-4-0*'] ?? {},
    // A search is a beta here, which a client of another API cannot name.
    '*': { structuredOutput: 'none', webSearch: false },
  },
  failures: VERTEX_FAILURES,
  source: 'https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai',
};
