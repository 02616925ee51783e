import { numberOf, type Json, type JsonObject } from '@turnpike/kernel';
import { compact, readInteger, readString, readWord, refuse } from '@turnpike/protocol';
import { countOf, objectsOf } from '../../answer';
import type { OperationFront, OperationWire } from '../operation-wire';
import {
  checkVectors,
  droppedOf,
  inBatches,
  type EmbeddingInputs,
  type EmbeddingsAnswer,
  type EmbeddingsRequest,
  type EmbeddingTask,
} from './embeddings';
import { readVector, toBase64, toNumbers } from './vectors';

/** Inputs that the vendor takes at once. */
const MOST_INPUTS = 2_048;
/** Words of vendors that took the wire over and trained for purposes. */
const TASK_WORDS: Readonly<Record<string, EmbeddingTask>> = {
  query: 'query',
  search_query: 'query',
  'retrieval.query': 'query',
  passage: 'document',
  document: 'document',
  search_document: 'document',
  'retrieval.passage': 'document',
  classification: 'classification',
  clustering: 'clustering',
};

const isTokenId = (value: Json): boolean => {
  const number = numberOf(value);
  return number !== undefined && Number.isInteger(number) && number >= 0;
};

function readTokens(value: readonly Json[], param: string): readonly number[] {
  const wrong = value.findIndex((id) => !isTokenId(id));
  if (value.length === 0) refuse(param, 'must not be empty');
  if (wrong >= 0) refuse(`${param}[${wrong}]`, 'must be a token id');
  return value as readonly number[];
}

function readText(value: Json, param: string): string {
  if (typeof value !== 'string' || numberOf(value) !== undefined) return refuse(param, 'must be a string');
  return value === '' ? refuse(param, 'must not be an empty string') : value;
}

function readInputs(value: Json | undefined): EmbeddingInputs {
  if (value === undefined || value === null) return refuse('input', 'is required');
  if (!Array.isArray(value)) return { kind: 'texts', texts: [readText(value, 'input')] };
  const [first] = value;
  if (first === undefined) return refuse('input', 'must not be an empty list');
  if (value.length > MOST_INPUTS && !isTokenId(first))
    return refuse('input', `must not have more than ${MOST_INPUTS} elements`);
  if (isTokenId(first)) return { kind: 'tokens', tokens: [readTokens(value, 'input')] };
  if (Array.isArray(first)) {
    const tokens = value.map((each, i) =>
      Array.isArray(each)
        ? readTokens(each, `input[${i}]`)
        : refuse(`input[${i}]`, 'must be a list of token ids'),
    );
    return { kind: 'tokens', tokens };
  }
  return { kind: 'texts', texts: value.map((each, i) => readText(each, `input[${i}]`)) };
}

const readTask = (body: JsonObject): EmbeddingTask | undefined => {
  const word = readString(body.input_type, 'input_type') ?? readString(body.task, 'task');
  return word !== undefined && Object.hasOwn(TASK_WORDS, word) ? TASK_WORDS[word] : undefined;
};

/** The vectors of one answer, in the order of their indexes. */
function vectorsOf(body: JsonObject): readonly JsonObject[] {
  const data = objectsOf(body.data);
  const indexes = data.map(({ index }, i) => countOf(index) ?? i);
  return data
    .map((entry, i) => ({ entry, index: indexes[i] ?? i }))
    .sort((a, b) => a.index - b.index)
    .map(({ entry }) => entry);
}

/** `POST /v1/embeddings` for clients. */
export const openaiEmbeddingsFront: OperationFront<EmbeddingsRequest, EmbeddingsAnswer> = {
  decode: (body) =>
    compact<EmbeddingsRequest>({
      inputs: readInputs(body.input),
      dimensions: readInteger(body.dimensions, 'dimensions', 1),
      task: readTask(body),
      user: readString(body.user, 'user'),
      encoding: readWord(body.encoding_format, 'encoding_format', ['float', 'base64']) ?? 'float',
    }),
  encode: ({ vectors }, { request: { encoding }, cost: { usage }, view }) => ({
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: encoding === 'base64' ? toBase64(vector) : toNumbers(vector),
    })),
    model: view.model,
    usage: { prompt_tokens: usage?.input ?? 0, total_tokens: usage?.input ?? 0 },
  }),
};

/** The same wire upstream. */
export const openaiEmbeddingsWire: OperationWire<EmbeddingsRequest, EmbeddingsAnswer> = {
  encode: (request, model) => {
    const { inputs, dimensions, user } = request;
    const rest = compact({ model, dimensions, user, encoding_format: 'float' });
    const items: readonly Json[] =
      inputs.kind === 'texts' ? inputs.texts : inputs.tokens.map((ids): Json => [...ids]);
    return {
      bodies: inBatches(items, MOST_INPUTS).map((input) => ({ input: [...input], ...rest })),
      losses: droppedOf(request, ['task', 'title']),
    };
  },
  decode: (bodies, request) => {
    const vectors = bodies.flatMap((body) => vectorsOf(body).map(({ embedding }) => readVector(embedding)));
    return { vectors: checkVectors(vectors, request) };
  },
};
