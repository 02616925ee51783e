import { writeSse, type VendorError } from '@turnpike/protocol';
import { guessMessagesType } from './messages-error-words';

/** What a client reads when the provider's stream ended without its end. */
export const INTERRUPTED: VendorError = {
  message: 'The provider ended the stream before the answer was complete.',
  type: 'api_error',
};

/** The last event of a broken stream; no `message_stop` follows it. */
export function messagesErrorEvent(error: VendorError): string {
  const body = { type: guessMessagesType(error.type, error.code), message: error.message };
  return writeSse(JSON.stringify({ type: 'error', error: body }), 'error');
}
