import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { ProtoReader } from '../../gemini/proto-reader';
import { STUDIO_MESSAGES } from '../../gemini/wire-messages';
import { asText, objectsOf } from '../../wire/member-rules';
import type { VendorError } from '../../wire/vendor-error';
import { complain } from '../../wire/vendor-error';
import type { WireRequest } from '../../wire/wire-request';
import type { WireService } from '../../wire/wire-service';
import { jsonReply } from '../../wire/wire-service';
import { vectorOf } from '../deterministic';
import { dimensionsOf } from './dimensions';

const READER = new ProtoReader({
  ...STUDIO_MESSAGES,
  EmbedContentRequest: {
    model: 'string',
    content: { message: 'Content' },
    taskType: {
      words:
        `TASK_TYPE_UNSPECIFIED RETRIEVAL_QUERY RETRIEVAL_DOCUMENT SEMANTIC_SIMILARITY CLASSIFICATION CLUSTERING
        QUESTION_ANSWERING FACT_VERIFICATION CODE_RETRIEVAL_QUERY`.split(/\s+/),
    },
    title: 'string',
    outputDimensionality: 'int',
  },
  BatchEmbedContentsRequest: { requests: { list: { message: 'EmbedContentRequest' } } },
});
const LARGEST_BATCH = 100;

const textOf = (request: JsonObject): string =>
  objectsOf(isObject(request.content) ? request.content.parts : undefined)
    .map((part) => asText(part.text))
    .join('');

interface Asked {
  readonly requests: readonly JsonObject[];
  readonly problem: VendorError | undefined;
}

function read({ body }: WireRequest, message: string): Asked {
  const result = READER.read(body ?? null, { message });
  if ('problem' in result) return { requests: [], problem: result.problem };
  const request: JsonObject = isObject(result.value) ? result.value : {};
  const requests = message === 'EmbedContentRequest' ? [request] : objectsOf(request.requests);
  return { requests, problem: undefined };
}

function checkOne(request: JsonObject, at: string, model: string): VendorError | undefined {
  if (!textOf(request)) return complain('', `* ${at}.content: content is required and must hold a text\n`);
  const size = request.outputDimensionality;
  const full = dimensionsOf(model);
  return size !== undefined && (Number(size) < 1 || Number(size) > full)
    ? complain('', `* ${at}.output_dimensionality: must be in the range [1, ${full}]\n`)
    : undefined;
}

/** Each request of a batch names its model, and it is the one of the path. */
function checkModel(request: JsonObject, at: string, model: string): VendorError | undefined {
  const named = asText(request.model);
  if (!named) return complain('', `* ${at}.model: model is required\n`);
  return named === `models/${model}` ? undefined : complain('', `* ${at}.model: must be models/${model}\n`);
}

const valuesOf = (request: JsonObject, model: string): Json => {
  const full = dimensionsOf(model);
  const kept = request.outputDimensionality === undefined ? full : Number(request.outputDimensionality);
  // Shorter vectors come as they are: scaling them is the caller's business.
  return { values: vectorOf(textOf(request), full, kept, false) };
};

/** One embedding of a content. */
export const embedContent: WireService = {
  prompts: (wire) => read(wire, 'EmbedContentRequest').requests.map(textOf),
  check(wire) {
    const { requests, problem } = read(wire, 'EmbedContentRequest');
    return problem ?? checkOne(requests[0] ?? {}, 'EmbedContentRequest', wire.modelId ?? '');
  },
  reply({ wire, model }) {
    const [request = {}] = read(wire, 'EmbedContentRequest').requests;
    return jsonReply(JSON.stringify({ embedding: valuesOf(request, model) }));
  },
};

/** Embeddings of several contents in one request. */
export const batchEmbedContents: WireService = {
  prompts: (wire) => read(wire, 'BatchEmbedContentsRequest').requests.map(textOf),
  check(wire) {
    const { requests, problem } = read(wire, 'BatchEmbedContentsRequest');
    if (problem) return problem;
    if (!requests.length || requests.length > LARGEST_BATCH)
      return complain(
        '',
        `* BatchEmbedContentsRequest.requests: at most ${LARGEST_BATCH} requests can be in one batch\n`,
      );
    const model = wire.modelId ?? '';
    for (const [i, request] of requests.entries()) {
      const at = `BatchEmbedContentsRequest.requests[${i}]`;
      const wrong = checkModel(request, at, model) ?? checkOne(request, at, model);
      if (wrong) return wrong;
    }
    return undefined;
  },
  reply({ wire, model }) {
    const { requests } = read(wire, 'BatchEmbedContentsRequest');
    return jsonReply(JSON.stringify({ embeddings: requests.map((request) => valuesOf(request, model)) }));
  },
};
