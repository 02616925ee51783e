import type { JsonObject } from '@turnpike/kernel';
import { compact } from '@turnpike/protocol';
import { objectOf, objectsOf } from '../../answer';
import type { OperationWire } from '../operation-wire';
import {
  checkVectors,
  droppedOf,
  inBatches,
  textsOf,
  type EmbeddingsAnswer,
  type EmbeddingsRequest,
} from './embeddings';
import { geminiTask } from './gemini-embeddings';
import { normalise, readVector } from './vectors';

const MOST_INSTANCES = 250;
/** Models of the Gemini family take one text at a time (2025-07). */
const ONE_BY_ONE = /^gemini-embedding/;

/** Vertex `:predict` for embedding models. */
export const vertexEmbeddingsWire: OperationWire<EmbeddingsRequest, EmbeddingsAnswer> = {
  encode: (request, model) => {
    const rest = compact({ task_type: geminiTask(request.task), title: request.title });
    const instances = textsOf(request, 'Vertex').map((content): JsonObject => ({ content, ...rest }));
    const limit = ONE_BY_ONE.test(model) ? 1 : MOST_INSTANCES;
    const { dimensions } = request;
    return {
      bodies: inBatches(instances, limit).map((batch) => ({
        instances: [...batch],
        ...(dimensions === undefined ? {} : { parameters: { outputDimensionality: dimensions } }),
      })),
      losses: droppedOf(request, ['user']),
    };
  },
  decode: (bodies, request) => {
    const vectors = bodies.flatMap((body) =>
      objectsOf(body.predictions).map((each) => {
        const values = readVector(objectOf(each.embeddings)?.values);
        return request.dimensions === undefined ? values : normalise(values);
      }),
    );
    return { vectors: checkVectors(vectors, request) };
  },
};
