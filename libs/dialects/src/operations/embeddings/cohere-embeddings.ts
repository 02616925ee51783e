import type { Json, JsonObject } from '@turnpike/kernel';
import { compact, type Loss } from '@turnpike/protocol';
import { listOf, objectOf } from '../../answer';
import type { OperationWire } from '../operation-wire';
import {
  checkVectors,
  droppedOf,
  inBatches,
  textsOf,
  type EmbeddingsAnswer,
  type EmbeddingsRequest,
  type EmbeddingTask,
} from './embeddings';
import { readVector } from './vectors';

const MOST_TEXTS = 96;

const INPUT_TYPES: Readonly<Record<EmbeddingTask, string>> = {
  query: 'search_query',
  document: 'search_document',
  similarity: 'search_document',
  classification: 'classification',
  clustering: 'clustering',
  question: 'search_query',
  fact: 'search_query',
  code: 'search_query',
};

/** The vendor wants a purpose; texts without one are most often what is searched. */
const inputType = ({ task }: EmbeddingsRequest): string =>
  task === undefined ? 'search_document' : INPUT_TYPES[task];

const lossesOf = (request: EmbeddingsRequest): readonly Loss[] => [
  ...(request.task === undefined ? ['assumed:input_type'] : []),
  ...droppedOf(request, ['user', 'title']),
];

/** Vectors by type (v2), or alone (v1 and the models that Bedrock serves). */
function vectorsOf(body: JsonObject): readonly Json[] {
  const { embeddings } = body;
  return Array.isArray(embeddings) ? embeddings : listOf(objectOf(embeddings)?.float);
}

const decode = (bodies: readonly JsonObject[], request: EmbeddingsRequest): EmbeddingsAnswer => ({
  vectors: checkVectors(
    bodies.flatMap((body) => vectorsOf(body).map((vector) => readVector(vector))),
    request,
  ),
});

/** `POST /v2/embed`. */
export const cohereEmbeddingsWire: OperationWire<EmbeddingsRequest, EmbeddingsAnswer> = {
  encode: (request, model) => ({
    bodies: inBatches(textsOf(request, 'Cohere'), MOST_TEXTS).map((texts) =>
      compact({
        model,
        texts: [...texts],
        input_type: inputType(request),
        embedding_types: ['float'],
        output_dimension: request.dimensions,
      }),
    ),
    losses: lossesOf(request),
  }),
  decode,
};

/** The same models through Bedrock's InvokeModel: the model stands in the URL. */
export const bedrockCohereEmbeddingsWire: OperationWire<EmbeddingsRequest, EmbeddingsAnswer> = {
  encode: (request) => ({
    bodies: inBatches(textsOf(request, 'Cohere'), MOST_TEXTS).map((texts) =>
      compact({
        texts: [...texts],
        input_type: inputType(request),
        embedding_types: ['float'],
        output_dimension: request.dimensions,
      }),
    ),
    losses: lossesOf(request),
  }),
  decode,
};
