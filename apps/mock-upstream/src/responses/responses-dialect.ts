import type { JsonObject } from '@turnpike/kernel';
import { openaiError } from '../wire/openai-error';
import type { VendorError } from '../wire/vendor-error';
import type { WireDialect } from '../wire/wire-dialect';
import { checkResponses } from './check-responses';
import { expandInput } from './expand-input';
import { outputItems } from './output-items';
import { understandResponses } from './understand-responses';
import { responseId, sseEvent, streamResponse, writeResponse } from './write-responses';

/** A failing stream tells it twice: in an event of its own and in the response that failed. */
function errorEvents(error: VendorError, sent: number): string {
  const { message, code, param } = openaiError(error).error as JsonObject;
  const failed = {
    id: 'resp_failed',
    object: 'response',
    status: 'failed',
    error: { code: code ?? 'server_error', message },
    incomplete_details: null,
    output: [],
    usage: null,
  };
  return (
    sseEvent('error', sent, { code, message, param }) +
    sseEvent('response.failed', sent + 1, { response: failed })
  );
}

/** OpenAI Responses and its input_tokens, with the memory that `store` asks for. */
export const responsesDialect: WireDialect = {
  name: 'responses',
  // An organisation reads only what was sealed for it.
  sealsByAccount: true,
  credentialOf: (headers) => /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1],
  check: checkResponses,
  understand: understandResponses,
  whole: writeResponse,
  steps: streamResponse,
  keep(answer, wire) {
    if (wire.members.store === false) return;
    const output = outputItems(answer, wire).map(({ item }) => item);
    wire.kept.keep(responseId(answer), wire.credential, expandInput(wire), output);
  },
  errorBody: openaiError,
  errorEvent: errorEvents,
  tokenCount: (tokens) => ({ object: 'response.input_tokens', input_tokens: tokens }),
};
