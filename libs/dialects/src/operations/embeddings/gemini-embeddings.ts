import { GatewayError, isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { compact, readInteger, readString, refuse, requireArray, requireObject } from '@turnpike/protocol';
import { objectOf, objectsOf } from '../../answer';
import { bareModel, camelMembers } from '../../gemini-generate/wire';
import type { OperationFront, OperationWire } from '../operation-wire';
import {
  checkVectors,
  droppedOf,
  inBatches,
  textsOf,
  type EmbeddingsAnswer,
  type EmbeddingsRequest,
  type EmbeddingTask,
} from './embeddings';
import { normalise, readVector, toNumbers } from './vectors';

const MOST_REQUESTS = 100;

const TASK_NAMES: Readonly<Record<EmbeddingTask, string>> = {
  query: 'RETRIEVAL_QUERY',
  document: 'RETRIEVAL_DOCUMENT',
  similarity: 'SEMANTIC_SIMILARITY',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
  question: 'QUESTION_ANSWERING',
  fact: 'FACT_VERIFICATION',
  code: 'CODE_RETRIEVAL_QUERY',
};

/** The vendor's word for a purpose. */
export const geminiTask = (task: EmbeddingTask | undefined): string | undefined =>
  task === undefined ? undefined : TASK_NAMES[task];

const taskOf = (word: string | undefined): EmbeddingTask | undefined =>
  (Object.keys(TASK_NAMES) as EmbeddingTask[]).find((task) => TASK_NAMES[task] === word);

interface OneRequest {
  readonly text: string;
  readonly task: EmbeddingTask | undefined;
  readonly title: string | undefined;
  readonly dimensions: number | undefined;
}

function readText(content: Json | undefined, param: string): string {
  if (typeof content === 'string') return content === '' ? refuse(param, 'must not be empty') : content;
  const parts = requireArray(requireObject(content, param).parts, `${param}.parts`);
  const texts = parts.map((part, i) => {
    const text = isObject(part) ? part.text : undefined;
    if (typeof text === 'string') return text;
    const message = `${param}.parts[${i}] is no text: only text can be embedded by another vendor's model.`;
    throw new GatewayError('unsupported_content', message, { param: `${param}.parts[${i}]` });
  });
  return texts.join('\n') === '' ? refuse(`${param}.parts`, 'must hold text') : texts.join('\n');
}

function readOne(body: JsonObject, at: string): OneRequest {
  const members = camelMembers(body);
  return {
    text: readText(members.content, `${at}content`),
    task: taskOf(readString(members.taskType, `${at}taskType`)),
    title: readString(members.title, `${at}title`),
    dimensions: readInteger(members.outputDimensionality, `${at}outputDimensionality`, 1),
  };
}

function join(requests: readonly OneRequest[], single: boolean): EmbeddingsRequest {
  const [first] = requests;
  if (!first) return refuse('requests', 'must be a list with at least one element');
  const differs = requests.findIndex(
    ({ task, dimensions }) => task !== first.task || dimensions !== first.dimensions,
  );
  if (differs >= 0)
    refuse(`requests[${differs}]`, 'must have the taskType and outputDimensionality of the first one here');
  return compact<EmbeddingsRequest>({
    inputs: { kind: 'texts', texts: requests.map(({ text }) => text) },
    dimensions: first.dimensions,
    task: first.task,
    title: single ? first.title : undefined,
    encoding: 'float',
    single,
  });
}

/** `:embedContent` and `:batchEmbedContents` for clients: which of them, the body says. */
export const geminiEmbeddingsFront: OperationFront<EmbeddingsRequest, EmbeddingsAnswer> = {
  decode: (body) => {
    if (body.requests === undefined) return join([readOne(body, '')], true);
    const requests = requireArray(body.requests, 'requests').map((each, i) =>
      readOne(requireObject(each, `requests[${i}]`), `requests[${i}].`),
    );
    return join(requests, false);
  },
  encode: ({ vectors }, { request, cost }) => {
    const written = vectors.map((vector) => ({ values: toNumbers(vector) }));
    return {
      ...(request.single ? { embedding: written[0] ?? { values: [] } } : { embeddings: written }),
      ...(cost.usage && { usageMetadata: { promptTokenCount: cost.usage.input } }),
    };
  },
};

const fits = (vector: JsonObject, { dimensions }: EmbeddingsRequest): ReturnType<typeof readVector> => {
  const values = readVector(vector.values);
  // Only the full length comes normalised.
  return dimensions === undefined ? values : normalise(values);
};

/** `:batchEmbedContents` upstream. */
export const geminiEmbeddingsWire: OperationWire<EmbeddingsRequest, EmbeddingsAnswer> = {
  encode: (request, model) => {
    const rest = compact({
      taskType: geminiTask(request.task),
      title: request.title,
      outputDimensionality: request.dimensions,
    });
    const requests = textsOf(request, 'Gemini').map((text): JsonObject => ({
      model: `models/${bareModel(model)}`,
      content: { parts: [{ text }] },
      ...rest,
    }));
    return {
      bodies: inBatches(requests, MOST_REQUESTS).map((batch) => ({ requests: [...batch] })),
      losses: droppedOf(request, ['user']),
    };
  },
  decode: (bodies, request) => {
    const vectors = bodies.flatMap((body) => {
      const one = objectOf(body.embedding);
      return (one ? [one] : objectsOf(body.embeddings)).map((vector) => fits(vector, request));
    });
    return { vectors: checkVectors(vectors, request) };
  },
};
