import { isObject, type Json, type JsonObject } from '@turnpike/kernel';

export interface RerankRequest {
  readonly query: string;
  /** Texts, or objects with a member `text`. */
  readonly documents: readonly (string | JsonObject)[];
  readonly topN?: number;
  /** The client wants to see the documents again. */
  readonly returnDocuments: boolean;
  readonly maxTokensPerDocument?: number;
}

export interface RankedDocument {
  /** Place in the request. */
  readonly index: number;
  readonly score: number;
}

export interface RerankAnswer {
  /** Best first. */
  readonly results: readonly RankedDocument[];
}

export const documentText = (document: Json): string => {
  const text = isObject(document) ? document.text : document;
  return typeof text === 'string' ? text : '';
};

/**
 * Best first, as asked for: vendors sort differently, and not all know a limit.
 * @throws SyntaxError for an index that is no document's, or that stands twice.
 */
export function rank(results: readonly RankedDocument[], request: RerankRequest): RerankAnswer {
  const seen = new Set(results.map(({ index }) => index));
  if (seen.size !== results.length || [...seen].some((index) => index >= request.documents.length))
    throw new SyntaxError('results that are not of these documents');
  const sorted = [...results].sort((a, b) => b.score - a.score);
  return { results: request.topN === undefined ? sorted : sorted.slice(0, request.topN) };
}
