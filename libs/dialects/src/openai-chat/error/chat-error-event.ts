import { writeSse, type VendorError } from '@turnpike/protocol';
import { CHAT_ERRORS, chatTypeOf } from './chat-error-words';

/** What a client reads when the provider's stream ended without its end. */
export const INTERRUPTED: VendorError = {
  message: 'The provider ended the stream before the answer was complete.',
  type: 'server_error',
  code: 'upstream_error',
};

/** The last event of a broken stream; no `[DONE]` follows it. */
export function chatErrorEvent(error: VendorError): string {
  const { message, type, code, param } = error;
  const words = CHAT_ERRORS.upstream;
  const body = {
    message,
    type: chatTypeOf(type) ?? words.type,
    param: param ?? null,
    code: code ?? words.code,
  };
  return writeSse(JSON.stringify({ error: body }));
}
