/** What can be asked of a provider, each at a path of its own. */
export const OPERATIONS = [
  'generate',
  'count-tokens',
  'completions',
  'embeddings',
  'rerank',
  'moderations',
  'image-generations',
  'image-edits',
  'image-variations',
  'transcriptions',
  'translations',
  'speech',
] as const;

export type OperationId = (typeof OPERATIONS)[number];
