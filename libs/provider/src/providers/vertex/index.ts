import { GEMINI_DIALECT_ID } from '@turnpike/dialects/gemini-generate';
import type { ProviderData } from '../../domain/definition';
import { gemini } from '../gemini';
import { VERTEX_FAILURES, VERTEX_PLACE, vertexModels } from '../vertex-place';

const MODEL = `${vertexModels('google')}/{model}`;

/** Gemini in Google Cloud: the same wire, another address, tokens instead of keys, signatures of its own. */
export const vertex: ProviderData = {
  ...VERTEX_PLACE,
  title: 'Vertex AI',
  dialect: GEMINI_DIALECT_ID,
  paths: {
    generate: {
      whole: `${MODEL}:generateContent`,
      stream: `${MODEL}:streamGenerateContent?alt=sse`,
    },
    'count-tokens': `${MODEL}:countTokens`,
    embeddings: `${MODEL}:predict`,
    'image-generations': `${MODEL}:predict`,
  },
  wires: { embeddings: { '*': 'vertex' } },
  pathVariants: [
    {
      dialect: 'openai-chat',
      prefix: '/{apiVersion}/projects/{project}/locations/{location}/endpoints/openapi',
    },
  ],
  vendor: 'vertex',
  countTokens: true,
  countMembers: ['contents', 'systemInstruction', 'tools', 'generationConfig'],
  // Its calls have no ids, and its tiers are asked for in a header.
  capabilities: { ...gemini.capabilities, callIds: false },
  models: { ...gemini.models, '*': { tiers: [] } },
  failures: VERTEX_FAILURES,
  source: 'https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference',
};
