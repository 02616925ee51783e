import type { EnvelopeShape } from '@turnpike/protocol';

/** Operations whose request is one JSON object; `list` is what they cannot do without. */
const SHAPES = {
  completions: { list: 'prompt', members: ['stream', 'stream_options', 'suffix'] },
  embeddings: { list: 'input', members: ['encoding_format'] },
  rerank: { list: 'documents', members: ['query', 'return_documents'] },
  moderations: { list: 'input', members: [] },
  'image-generations': { list: 'prompt', members: ['stream'] },
  speech: { list: 'input', members: ['stream_format'] },
} as const satisfies Record<string, EnvelopeShape>;

export type JsonOperation = keyof typeof SHAPES;

export type OperationShapes = Readonly<Record<JsonOperation | 'gemini-embeddings', EnvelopeShape>>;

/** Shapes for one configuration: `extra` are the members that some provider's quirks name. */
export function createOperationShapes(extra: readonly string[]): OperationShapes {
  const widen = ({ list, members }: EnvelopeShape): EnvelopeShape => ({
    list,
    members: [...new Set(['model', list, ...members, ...extra])],
  });
  return {
    completions: widen(SHAPES.completions),
    embeddings: widen(SHAPES.embeddings),
    rerank: widen(SHAPES.rerank),
    moderations: widen(SHAPES.moderations),
    'image-generations': widen(SHAPES['image-generations']),
    speech: widen(SHAPES.speech),
    // The model stands in the URL; one content or a list of requests is the body's to choose.
    'gemini-embeddings': { list: 'requests', members: ['requests', 'content'] },
  };
}
