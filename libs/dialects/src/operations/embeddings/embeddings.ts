import { GatewayError } from '@turnpike/kernel';
import type { Loss } from '@turnpike/protocol';

/** What the vectors are for, where a vendor trains its models for more than one purpose. */
export const EMBEDDING_TASKS = [
  'query',
  'document',
  'similarity',
  'classification',
  'clustering',
  'question',
  'fact',
  'code',
] as const;

export type EmbeddingTask = (typeof EMBEDDING_TASKS)[number];

export type EmbeddingInputs =
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  /** Token ids of one vendor's vocabulary. */
  | { readonly kind: 'tokens'; readonly tokens: readonly (readonly number[])[] };

export interface EmbeddingsRequest {
  readonly inputs: EmbeddingInputs;
  readonly dimensions?: number;
  readonly task?: EmbeddingTask;
  readonly user?: string;
  /** Title of the document, where a vendor asks for one. */
  readonly title?: string;
  /** How the client wants to read the vectors. */
  readonly encoding: 'float' | 'base64';
  /** The client asked for one vector, not for a list of one. */
  readonly single?: boolean;
}

export type Vector = readonly number[] | Float32Array;

export interface EmbeddingsAnswer {
  /** One per input, in their order. */
  readonly vectors: readonly Vector[];
}

/** Texts of a request. @throws GatewayError unsupported_content: token ids mean nothing to another vendor. */
export function textsOf({ inputs }: EmbeddingsRequest, vendor: string): readonly string[] {
  if (inputs.kind === 'texts') return inputs.texts;
  const message = `The input is a list of token ids, which ${vendor} does not take. Send text.`;
  throw new GatewayError('unsupported_content', message, { param: 'input' });
}

export const inputCount = ({ inputs }: EmbeddingsRequest): number =>
  inputs.kind === 'texts' ? inputs.texts.length : inputs.tokens.length;

/** What a vendor has no place for. */
export const droppedOf = (
  request: EmbeddingsRequest,
  names: readonly ('task' | 'user' | 'title')[],
): readonly Loss[] => names.filter((name) => request[name] !== undefined).map((name) => `dropped:${name}`);

/** Runs of at most `limit` elements, in order. */
export function inBatches<T>(items: readonly T[], limit: number): readonly (readonly T[])[] {
  const batches: (readonly T[])[] = [];
  for (let at = 0; at < items.length; at += limit) batches.push(items.slice(at, at + limit));
  return batches;
}

/** @throws SyntaxError when some input has no vector: an answer like that belongs to no request. */
export function checkVectors(vectors: readonly Vector[], request: EmbeddingsRequest): readonly Vector[] {
  const wanted = inputCount(request);
  if (vectors.length !== wanted) throw new SyntaxError(`${vectors.length} vectors for ${wanted} inputs`);
  if (vectors.some((vector) => vector.length === 0)) throw new SyntaxError('an empty vector');
  return vectors;
}
