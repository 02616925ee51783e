import { compact } from '@turnpike/protocol';
import type { OperationWire } from '../operation-wire';
import {
  checkVectors,
  droppedOf,
  textsOf,
  type EmbeddingsAnswer,
  type EmbeddingsRequest,
} from './embeddings';
import { readVector } from './vectors';

/** Amazon Titan through Bedrock's InvokeModel: one text per call; the model stands in the URL. */
export const titanEmbeddingsWire: OperationWire<EmbeddingsRequest, EmbeddingsAnswer> = {
  encode: (request) => ({
    bodies: textsOf(request, 'Amazon Titan').map((inputText) =>
      compact({ inputText, dimensions: request.dimensions }),
    ),
    losses: droppedOf(request, ['task', 'user', 'title']),
  }),
  decode: (bodies, request) => ({
    vectors: checkVectors(
      bodies.map(({ embedding }) => readVector(embedding)),
      request,
    ),
  }),
};
