import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import {
  compact,
  readBoolean,
  readInteger,
  refuse,
  requireArray,
  requireString,
  inputTotal,
} from '@turnpike/protocol';
import type { OperationFront } from '../operation-wire';
import { documentText, type RerankAnswer, type RerankRequest } from './rerank';

/** More documents than any vendor takes at once. */
const MOST_DOCUMENTS = 10_000;

function readDocument(value: Json, param: string): string | JsonObject {
  if (typeof value === 'string') return value;
  if (isObject(value) && typeof value.text === 'string') return value;
  return refuse(param, 'must be a string or an object with a string "text"');
}

function readDocuments(value: Json | undefined): readonly (string | JsonObject)[] {
  const documents = requireArray(value, 'documents');
  if (documents.length === 0) refuse('documents', 'must not be an empty list');
  if (documents.length > MOST_DOCUMENTS)
    refuse('documents', `must not have more than ${MOST_DOCUMENTS} elements`);
  return documents.map((each, i) => readDocument(each, `documents[${i}]`));
}

/** `POST /v1/rerank` and `/v2/rerank` for clients: Cohere's spelling, which Jina and others took over. */
export const rerankFront: OperationFront<RerankRequest, RerankAnswer> = {
  decode: (body) => {
    const query = requireString(body.query, 'query');
    if (query === '') refuse('query', 'must not be an empty string');
    return compact<RerankRequest>({
      query,
      documents: readDocuments(body.documents),
      topN: readInteger(body.top_n, 'top_n', 1) ?? readInteger(body.top_k, 'top_k', 1),
      returnDocuments: readBoolean(body.return_documents, 'return_documents') ?? false,
      maxTokensPerDocument: readInteger(body.max_tokens_per_doc, 'max_tokens_per_doc', 1),
    });
  },
  encode: ({ results }, { request, cost, view }) => ({
    id: view.id,
    model: view.model,
    results: results.map(({ index, score }) => ({
      index,
      relevance_score: score,
      ...(request.returnDocuments && { document: { text: documentText(request.documents[index] ?? '') } }),
    })),
    meta: {
      api_version: { version: '2' },
      ...(cost.units?.search === undefined ? {} : { billed_units: { search_units: cost.units.search } }),
    },
    ...(cost.usage && { usage: { total_tokens: inputTotal(cost.usage) + cost.usage.output } }),
  }),
};
