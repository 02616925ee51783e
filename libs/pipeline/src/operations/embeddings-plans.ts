import {
  EMBEDDINGS_WIRES,
  geminiEmbeddingsFront,
  openaiEmbeddingsFront,
  readVector,
  toBase64,
  toNumbers,
  type EmbeddingsAnswer,
  type EmbeddingsRequest,
} from '@turnpike/dialects';
import { isObject, stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import { readMember } from '@turnpike/protocol';
import { modelOnWire } from '@turnpike/provider';
import type { JsonBody } from './json-body';
import type { OperationPlan } from './translated-operation';

type EmbeddingsPlan = OperationPlan<EmbeddingsRequest, EmbeddingsAnswer>;

/** How far into an answer its first vector may begin. */
const LOOK_BYTES = 4 * 1024;
const FIRST_VECTOR = /"embedding"\s*:\s*(["[])/;

/**
 * Vectors in the encoding the client asked for: servers that took the wire over do not all know base64, and the
 * official SDKs ask for it without saying so. Where it is right, the provider's bytes stay.
 */
export function matchEncoding(answer: Buffer, asked: 'float' | 'base64'): Buffer | string {
  const found = FIRST_VECTOR.exec(answer.toString('latin1', 0, LOOK_BYTES))?.[1];
  if (found === undefined || (found === '"') === (asked === 'base64')) return answer;
  const body: unknown = JSON.parse(answer.toString('utf8'));
  if (!isObject(body) || !Array.isArray(body.data)) return answer;
  const write = (value: Json | undefined): Json =>
    asked === 'base64' ? toBase64(readVector(value)) : toNumbers(readVector(value));
  const data = body.data.map((each) =>
    isObject(each) ? { ...each, embedding: write(each.embedding) } : each,
  );
  return JSON.stringify({ ...body, data });
}

/** `POST /v1/embeddings`. */
export const OPENAI_EMBEDDINGS: EmbeddingsPlan = {
  operation: 'embeddings',
  front: openaiEmbeddingsFront,
  wires: EMBEDDINGS_WIRES,
  forward: (body, target, wire) => (wire === 'openai' ? body.forwardTo(target) : undefined),
  reshape: (body) => {
    const asked = readMember(body.envelope, 'encoding_format') === 'base64' ? 'base64' : 'float';
    return (answer) => matchEncoding(answer, asked);
  },
};

const isSingle = (body: JsonBody): boolean => !body.has('requests');

/** The model's name stands in each request once more, and has to be the one of the URL. */
function renameRequests(body: JsonObject, model: string): JsonObject {
  const rename = (value: Json): Json => (isObject(value) ? { ...value, model } : value);
  return {
    ...body,
    ...(body.model === undefined ? {} : { model }),
    ...(Array.isArray(body.requests) ? { requests: body.requests.map(rename) } : {}),
  };
}

/** `:embedContent` and `:batchEmbedContents`. */
export const GEMINI_EMBEDDINGS: EmbeddingsPlan = {
  operation: 'embeddings',
  front: geminiEmbeddingsFront,
  wires: EMBEDDINGS_WIRES,
  forward: (body, target, wire) => {
    if (wire !== 'gemini') return undefined;
    const model = modelOnWire(target);
    const renamed = renameRequests(body.parsed(), model.startsWith('models/') ? model : `models/${model}`);
    return {
      body: Buffer.from(stringifyJson(renamed)),
      losses: [],
      ...(isSingle(body) && {
        path: (path: string) => path.replace(/:batchEmbedContents$/, ':embedContent'),
      }),
    };
  },
};
