import type { Dialect } from '../dialect';
import { RESPONSES_CONVERSATION } from './conversation';
import { renderResponsesError, renderResponsesErrorEvent } from './error';
import { decodeResponsesRequest, encodeResponsesRequest } from './request';
import { RESPONSES_TASK } from './request/responses-task';
import { decodeResponsesResponse, encodeResponsesResponse } from './response';
import { RESPONSES_CALL_ID } from './response/write-items';
import { OPENAI_RESPONSES_ID } from './responses-name';
import { createResponsesStreamDecoder, createResponsesStreamEncoder } from './stream';
import { createResponsesStreamPlace } from './stream/stream-place';
import { createResponsesTap, readResponsesAnswer } from './tap';
import { writeResponsesUsage } from './usage';

export { toInputTokensBody } from './request';
export { createResponsesStreamPlace } from './stream/stream-place';

/** OpenAI Responses, as a front door and as an upstream format. */
export const OPENAI_RESPONSES: Dialect = {
  id: OPENAI_RESPONSES_ID,
  decodeRequest: decodeResponsesRequest,
  encodeRequest: encodeResponsesRequest,
  decodeResponse: decodeResponsesResponse,
  encodeResponse: encodeResponsesResponse,
  createStreamDecoder: createResponsesStreamDecoder,
  createStreamEncoder: createResponsesStreamEncoder,
  createTap: createResponsesTap,
  readAnswer: readResponsesAnswer,
  renderError: renderResponsesError,
  renderErrorEvent: (error) => renderResponsesErrorEvent(error),
  keepAlive: ': keep-alive\n\n',
  streamEnd: '',
  createStreamPlace: createResponsesStreamPlace,
  task: RESPONSES_TASK,
  callIds: RESPONSES_CALL_ID,
  conversation: RESPONSES_CONVERSATION,
  writeUsage: writeResponsesUsage,
};
