import type { EmbeddingsAnswer, EmbeddingsRequest } from './embeddings';
import {
  bedrockCohereEmbeddingsWire,
  cohereEmbeddingsWire,
  geminiEmbeddingsWire,
  ollamaEmbeddingsWire,
  openaiEmbeddingsWire,
  titanEmbeddingsWire,
  vertexEmbeddingsWire,
} from './embeddings';
import type { ImageAnswer, ImageRequest } from './images';
import { geminiImageWire, imagenWire } from './images';
import type { OperationWire } from './operation-wire';
import type { RerankAnswer, RerankRequest } from './rerank';
import { bedrockRerankWire, cohereRerankWire, jinaRerankWire } from './rerank';

/** Every spelling of embeddings that a target can speak. */
export const EMBEDDINGS_WIRES = {
  openai: openaiEmbeddingsWire,
  gemini: geminiEmbeddingsWire,
  vertex: vertexEmbeddingsWire,
  cohere: cohereEmbeddingsWire,
  'bedrock-cohere': bedrockCohereEmbeddingsWire,
  titan: titanEmbeddingsWire,
  ollama: ollamaEmbeddingsWire,
} as const satisfies Record<string, OperationWire<EmbeddingsRequest, EmbeddingsAnswer>>;

export type EmbeddingsWireId = keyof typeof EMBEDDINGS_WIRES;

/** Every spelling of rerank that a target can speak. */
export const RERANK_WIRES = {
  jina: jinaRerankWire,
  cohere: cohereRerankWire,
  bedrock: bedrockRerankWire,
} as const satisfies Record<string, OperationWire<RerankRequest, RerankAnswer>>;

export type RerankWireId = keyof typeof RERANK_WIRES;

/** Spellings of image generation that are not the clients' own. */
export const IMAGE_WIRES = {
  imagen: imagenWire,
  'gemini-image': geminiImageWire,
} as const satisfies Record<string, OperationWire<ImageRequest, ImageAnswer>>;

export type ImageWireId = keyof typeof IMAGE_WIRES;
