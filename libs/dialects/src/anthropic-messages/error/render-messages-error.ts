import type { JsonObject } from '@turnpike/kernel';
import { writeSse } from '@turnpike/protocol';
import { statusWithinClass } from '../../answer';
import type { ErrorView } from '../../dialect';
import { MESSAGES_ERRORS, messagesTypeOf } from './messages-error-words';
import { tellTooLong } from './prompt-too-long';

const errorBody = (error: ErrorView): JsonObject => ({
  type: 'error',
  error: {
    type: messagesTypeOf(error.vendorType) ?? MESSAGES_ERRORS[error.kind].type,
    message: error.kind === 'context_length' ? tellTooLong(error.message) : error.message,
    ...(error.vendorDetails && { details: error.vendorDetails }),
    turnpike: error.turnpike,
  },
  request_id: error.requestId,
});

export function renderMessagesError(error: ErrorView): {
  readonly status: number;
  readonly body: JsonObject;
} {
  return {
    status: statusWithinClass(MESSAGES_ERRORS[error.kind].status, error.status),
    body: errorBody(error),
  };
}

export const renderMessagesErrorEvent = (error: ErrorView): string =>
  writeSse(JSON.stringify(errorBody(error)), 'error');
