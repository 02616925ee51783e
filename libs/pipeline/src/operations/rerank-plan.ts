import { RERANK_WIRES, rerankFront, type RerankAnswer, type RerankRequest } from '@turnpike/dialects';
import type { OperationPlan } from './translated-operation';

/** `POST /v1/rerank`, `/v2/rerank`: Cohere's and Jina's servers read what clients write, unless it is the other's own. */
export const RERANK: OperationPlan<RerankRequest, RerankAnswer> = {
  operation: 'rerank',
  front: rerankFront,
  required: ['query'],
  wires: RERANK_WIRES,
  forward: (body, target, wire) => {
    if (wire === 'jina') return body.forwardTo(target);
    const plain = !body.has('return_documents') && everyDocumentIsText(body.parsed().documents);
    return wire === 'cohere' && plain ? body.forwardTo(target) : undefined;
  },
};

const everyDocumentIsText = (documents: unknown): boolean =>
  Array.isArray(documents) && documents.every((each) => typeof each === 'string');
