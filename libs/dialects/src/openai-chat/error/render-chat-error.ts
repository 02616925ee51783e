import type { JsonObject } from '@turnpike/kernel';
import { writeSse } from '@turnpike/protocol';
import { statusWithinClass } from '../../answer';
import type { ErrorView } from '../../dialect';
import { CHAT_ERRORS, chatCodeOf, chatTypeOf } from './chat-error-words';

/** 529 is Anthropic's: Chat clients know 503. */
const ownStatus = (status: number | undefined): number | undefined => (status === 529 ? 503 : status);

function errorBody(error: ErrorView): JsonObject {
  const words = CHAT_ERRORS[error.kind];
  return {
    error: {
      message: error.message,
      type: chatTypeOf(error.vendorType) ?? words.type,
      param: error.param ?? null,
      code: chatCodeOf(error.kind, error.vendorCode),
      turnpike: error.turnpike,
    },
  };
}

export function renderChatError(error: ErrorView): { readonly status: number; readonly body: JsonObject } {
  const status = statusWithinClass(CHAT_ERRORS[error.kind].status, ownStatus(error.status));
  return { status, body: errorBody(error) };
}

export const renderChatErrorEvent = (error: ErrorView): string => writeSse(JSON.stringify(errorBody(error)));
