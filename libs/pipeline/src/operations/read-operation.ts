import type { Address, JsonOperation, OperationShapes } from '@turnpike/dialects';
import type { Asked } from './asked';
import { CompletionOperation } from './completion-operation';
import { GEMINI_EMBEDDINGS, OPENAI_EMBEDDINGS } from './embeddings-plans';
import { ForwardedOperation } from './forwarded-operation';
import { IMAGES } from './image-plan';
import { RERANK } from './rerank-plan';
import { TranslatedOperation } from './translated-operation';

/** What a JSON request asks for. @throws GatewayError for a body that is wrong. */
export function readOperation(operation: JsonOperation, bytes: Buffer, shapes: OperationShapes): Asked {
  const shape = shapes[operation];
  switch (operation) {
    case 'completions':
      return new CompletionOperation(bytes, shape);
    case 'embeddings':
      return new TranslatedOperation(OPENAI_EMBEDDINGS, bytes, shape);
    case 'rerank':
      return new TranslatedOperation(RERANK, bytes, shape);
    case 'image-generations':
      return new TranslatedOperation(IMAGES, bytes, shape);
    case 'moderations':
    case 'speech':
      return new ForwardedOperation(operation, bytes, shape);
  }
}

/** `:embedContent`, `:batchEmbedContents`: the model stands in the URL. @throws GatewayError for a body that is wrong. */
export const readGeminiEmbeddings = (bytes: Buffer, shapes: OperationShapes, address: Address): Asked =>
  new TranslatedOperation(GEMINI_EMBEDDINGS, bytes, shapes['gemini-embeddings'], address);
