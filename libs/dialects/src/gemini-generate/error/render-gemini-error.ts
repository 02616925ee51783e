import type { JsonObject } from '@turnpike/kernel';
import { writeSse, type VendorError } from '@turnpike/protocol';
import { statusWithinClass } from '../../answer';
import type { ErrorView } from '../../dialect';
import { GEMINI_ERRORS, geminiStatusOf, guessGeminiWords } from './gemini-error-words';

/** 529 is Anthropic's: clients of this dialect know 503. */
const ownStatus = (status: number | undefined): number | undefined => (status === 529 ? 503 : status);

/** Clients of this dialect read the time to wait here and in no header. */
function retryInfo(error: ErrorView): JsonObject[] {
  const seconds = error.turnpike.retry_after_s;
  if (typeof seconds !== 'number') return [];
  return [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${seconds}s` }];
}

function errorBody(error: ErrorView): { readonly status: number; readonly body: JsonObject } {
  const words = GEMINI_ERRORS[error.kind];
  const code = statusWithinClass(words.code, ownStatus(error.status));
  const status = geminiStatusOf(error.vendorType) ?? words.status;
  const own = {
    code,
    message: error.message,
    status,
    details: retryInfo(error),
    turnpike: error.turnpike,
  };
  return { status: code, body: { error: own } };
}

export const renderGeminiError = (error: ErrorView): { readonly status: number; readonly body: JsonObject } =>
  errorBody(error);

export const renderGeminiErrorEvent = (error: ErrorView): string =>
  writeSse(JSON.stringify(errorBody(error).body));

/** What a client reads when the provider's stream ended without its end. */
export const INTERRUPTED: VendorError = {
  message: 'The provider ended the stream before the answer was complete.',
};

/** The last event of a broken stream. */
export function geminiErrorEvent(error: VendorError): string {
  const { code, status } = guessGeminiWords(error);
  return writeSse(JSON.stringify({ error: { code, message: error.message, status } }));
}
