import { isObject, type JsonObject } from '@turnpike/kernel';
import { compact } from '@turnpike/protocol';
import { countOf, listOf, objectsOf } from '../../answer';
import type { OperationWire } from '../operation-wire';
import { documentText, rank, type RankedDocument, type RerankAnswer, type RerankRequest } from './rerank';

/** `results` (Cohere, Jina), `data` (Voyage); the score under either name. */
function readResults(body: JsonObject): readonly RankedDocument[] {
  const list = listOf(Array.isArray(body.results) ? body.results : body.data);
  return list.map((each) => {
    const index = isObject(each) ? countOf(each.index) : undefined;
    const score = isObject(each) ? (each.relevance_score ?? each.score) : undefined;
    if (index === undefined || typeof score !== 'number')
      throw new SyntaxError('a result without index or score');
    return { index, score };
  });
}

const decode = (bodies: readonly JsonObject[], request: RerankRequest): RerankAnswer => {
  if (bodies.every((body) => objectsOf(body.results).length + objectsOf(body.data).length === 0))
    throw new SyntaxError('no results');
  return rank(bodies.flatMap(readResults), request);
};

const textsOf = ({ documents }: RerankRequest): string[] => documents.map(documentText);

/** Cohere `/v2/rerank`: texts alone, and documents are not sent back. */
export const cohereRerankWire: OperationWire<RerankRequest, RerankAnswer> = {
  encode: (request, model) => ({
    bodies: [
      compact({
        model,
        query: request.query,
        documents: textsOf(request),
        top_n: request.topN,
        max_tokens_per_doc: request.maxTokensPerDocument,
      }),
    ],
    losses: [],
  }),
  decode,
};

/** Jina's spelling of it, which vLLM and other servers took over. */
export const jinaRerankWire: OperationWire<RerankRequest, RerankAnswer> = {
  encode: (request, model) => ({
    bodies: [
      compact({
        model,
        query: request.query,
        documents: textsOf(request),
        top_n: request.topN,
        return_documents: false,
      }),
    ],
    losses: request.maxTokensPerDocument === undefined ? [] : ['dropped:max_tokens_per_doc'],
  }),
  decode,
};

/** Rerank models through Bedrock's InvokeModel: the model stands in the URL; Cohere's want their version. */
export const bedrockRerankWire: OperationWire<RerankRequest, RerankAnswer> = {
  encode: (request, model) => ({
    bodies: [
      compact({
        query: request.query,
        documents: textsOf(request),
        top_n: request.topN,
        api_version: /(?:^|\.)cohere\./.test(model) ? 2 : undefined,
      }),
    ],
    losses: request.maxTokensPerDocument === undefined ? [] : ['dropped:max_tokens_per_doc'],
  }),
  decode,
};
