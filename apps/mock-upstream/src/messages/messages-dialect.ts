import type { JsonObject } from '@turnpike/kernel';
import type { ErrorWording, VendorError } from '../wire/vendor-error';
import type { WireDialect } from '../wire/wire-dialect';
import { checkMessages } from './check-messages';
import { understandMessages } from './understand-messages';
import { streamMessages, writeMessages } from './write-messages';

const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  422: 'invalid_request_error',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};
const WORDINGS: Record<ErrorWording, string> = {
  credit:
    'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
  context: 'prompt is too long: 250000 tokens > 200000 maximum',
  model: 'model: no-such-model',
  capacity: 'Overloaded',
  filter: 'Output blocked by content filtering policy',
  key: 'invalid x-api-key',
};

const errorBody = ({ status, message, param, wording, details }: VendorError): JsonObject => ({
  type: 'error',
  error: {
    type: TYPES[status] ?? 'api_error',
    message: wording ? WORDINGS[wording] : param ? `${param}: ${message}` : message,
    ...(details ? { details } : {}),
  },
  request_id: 'req_mock',
});

/** Anthropic Messages and count_tokens. */
export const messagesDialect: WireDialect = {
  name: 'messages',
  credentialOf: (headers) => {
    const key = headers['x-api-key'];
    return typeof key === 'string' ? key : /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
  },
  check: checkMessages,
  understand: ({ members }) => understandMessages(members),
  whole: (answer, { seal }) => writeMessages(answer, seal),
  steps: (answer, { seal }) => streamMessages(answer, seal),
  errorBody,
  tokenCount: (tokens) => ({ input_tokens: tokens }),
  errorEvent: (error) => `event: error\ndata: ${JSON.stringify(errorBody(error))}\n\n`,
};
