import { compact } from '@turnpike/protocol';
import { listOf } from '../../answer';
import type { OperationWire } from '../operation-wire';
import {
  checkVectors,
  droppedOf,
  textsOf,
  type EmbeddingsAnswer,
  type EmbeddingsRequest,
} from './embeddings';
import { readVector } from './vectors';

/** Ollama's own `POST /api/embed`: any number of texts at once. */
export const ollamaEmbeddingsWire: OperationWire<EmbeddingsRequest, EmbeddingsAnswer> = {
  encode: (request, model) => ({
    bodies: [compact({ model, input: [...textsOf(request, 'Ollama')], dimensions: request.dimensions })],
    losses: droppedOf(request, ['task', 'user', 'title']),
  }),
  decode: (bodies, request) => ({
    vectors: checkVectors(
      bodies.flatMap((body) => listOf(body.embeddings).map((vector) => readVector(vector))),
      request,
    ),
  }),
};
