import type { EmbeddingsWireId, ImageWireId, RerankWireId } from '@turnpike/dialects/operations';
import { globMatches } from '@turnpike/kernel';
import type { UpstreamDialectId } from '@turnpike/protocol';
import type { Target } from './target';

/** How a target spells an operation that vendors spell differently. */
export interface WireIds {
  readonly embeddings: EmbeddingsWireId;
  readonly rerank: RerankWireId;
  readonly 'image-generations': 'openai' | ImageWireId;
  /** `native`: the model completes texts; `chat`: it is asked as a chat. */
  readonly completions: 'native' | 'chat';
}

/** Pattern of model names -> wire; the first that fits. */
export type WireTable = { readonly [O in keyof WireIds]?: Readonly<Record<string, WireIds[O]>> };

/** A chat can be asked of everybody. */
const CHAT = { completions: { '*': 'chat' } } as const;
const OPENAI: WireTable = {
  embeddings: { '*': 'openai' },
  rerank: { '*': 'jina' },
  'image-generations': { '*': 'openai' },
  ...CHAT,
};

const DIALECT_WIRES: Readonly<Record<UpstreamDialectId, WireTable>> = {
  'openai-chat': OPENAI,
  'openai-responses': OPENAI,
  'anthropic-messages': CHAT,
  'gemini-generate': {
    embeddings: { '*': 'gemini' },
    'image-generations': { 'imagen*': 'imagen', '*image*': 'gemini-image' },
    ...CHAT,
  },
  'bedrock-converse': {
    embeddings: { '*titan-embed*': 'titan', '*cohere.embed*': 'bedrock-cohere' },
    rerank: { '*rerank*': 'bedrock' },
    ...CHAT,
  },
  'cohere-chat': { embeddings: { '*': 'cohere' }, rerank: { '*': 'cohere' }, ...CHAT },
  'ollama-chat': { embeddings: { '*': 'ollama' }, ...CHAT },
};

function pick<Id>(table: Readonly<Record<string, Id>> | undefined, model: string): Id | undefined {
  for (const [pattern, wire] of Object.entries(table ?? {}))
    if (globMatches(pattern, model.toLowerCase())) return wire;
  return undefined;
}

/** What this target speaks: by its definition, else by its dialect; undefined: it has no such operation. */
export function wireOf<O extends keyof WireIds>(target: Target, operation: O): WireIds[O] | undefined {
  const { definition } = target.provider;
  // A definition speaks of its own dialect: in another one the same provider has what that dialect has.
  const own: WireTable = (target.dialect === definition.dialect ? definition.wires : undefined) ?? {};
  return pick(own[operation], target.model) ?? pick(DIALECT_WIRES[target.dialect][operation], target.model);
}
