import { isObject, type JsonObject } from '@turnpike/kernel';
import type { ErrorView } from '../../dialect';
import { CHAT_ERRORS, chatCodeOf } from '../../openai-chat/error/chat-error-words';
import { renderChatError } from '../../openai-chat/error';
import { writeResponseObject } from '../response/response-object';
import { writeEvent } from './responses-error-event';

/** The two APIs of one vendor say no in the same words. */
export const renderResponsesError = renderChatError;

/** What of the response so far a late error has to repeat. */
export interface BegunResponse {
  /** Number of the next event. */
  readonly sequence: number;
  /** The response object as the stream began with it. */
  readonly response: JsonObject;
}

const NOT_BEGUN: BegunResponse = { sequence: 0, response: {} };

/** `error.turnpike` stands beside code and message, as in a whole error body. */
function failedResponse(error: ErrorView, begun: JsonObject): JsonObject {
  const code = chatCodeOf(error.kind, error.vendorCode) ?? CHAT_ERRORS[error.kind].type;
  const shell = writeResponseObject(
    { id: error.requestId.replace(/[^a-zA-Z0-9]/g, ''), model: '', createdAt: 0 },
    { status: 'failed', output: [] },
  );
  return {
    ...shell,
    ...begun,
    status: 'failed',
    error: { code, message: error.message, turnpike: error.turnpike },
  };
}

/**
 * The last event of a stream that broke: `response.failed` with the next number. A stream that has not said anything
 * yet begins first, because clients build on its beginning.
 */
export function renderResponsesErrorEvent(error: ErrorView, begun = NOT_BEGUN): string {
  const response = failedResponse(error, begun.response);
  if (isObject(begun.response) && begun.sequence > 0)
    return writeEvent('response.failed', begun.sequence, { response });
  const opening = { ...response, status: 'in_progress', error: null };
  return (
    writeEvent('response.created', 0, { response: opening }) + writeEvent('response.failed', 1, { response })
  );
}
